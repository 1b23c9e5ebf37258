"""What people do on Telegram beside short questions: an album, a question whose answer takes long, all kinds of things.

The real process before the emulated Telegram, with a stub of a language model and a captioner told to take its time.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import psutil

from tests import pictures, sounds
from tests.bench import sides
from tests.bench.children import resident
from tests.bench.figures import Figure
from tests.bench.scale import Scale
from tests.bench.stub_llm import StubLLM
from tests.emulator import BotMessage, Emulator, Person
from tests.waiting import until

__all__ = ["measure"]

_QUICK = 0.05  # seconds that the language model takes, but for the long answer
_SLOWEST = 0.3  # seconds that the captioner takes for what it is given at once
_QUESTION = "What is to be seen here?"


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    debounce = scale.of(1.2, 0.2)  # seconds; the default, or the shortest
    settings = {"PARLEY_CAPTION": f"scripted:caption?seconds={_SLOWEST}", "PARLEY_ALBUM_WAIT": str(debounce)}
    async with StubLLM(_QUICK, paced=True) as stub, sides.parley(stub.port, **settings) as (emulator, process):
        photos = scale.of(5, 2)
        added = await _album(emulator, photos, scale.of(5, 1)) - debounce - _SLOWEST - _QUICK
        yield Figure(f"album of {photos} photos: added to debounce, slowest sense and stub", 1000 * added, "ms")
        stub.seconds = scale.of(3.0, 1.2)
        for figure in await _long(emulator, stub.seconds):
            yield figure
        stub.seconds = _QUICK
        turns = await _mixed(emulator, scale.of(10, 1))
        yield Figure(f"resident after {turns} mixed turns, all processes", sum(resident(process).values()), "MB")
        await until(lambda: _decoders(process) == 1, within=sides.PATIENCE)
        for name, megabytes in (parts := resident(process)).items():
            yield Figure(f"resident once it rests: {name}", megabytes, "MB")
        yield Figure("resident once it rests, all processes", sum(parts.values()), "MB", 220)


async def _album(emulator: Emulator, photos: int, rounds: int) -> float:
    """Seconds from the last photo of an album until the one answer to all of them, the median."""
    took = []
    for number in range(rounds):
        person = emulator.user(id=100 + number)
        await person.album([pictures.sign(f"SALE {number}{photo} %") for photo in range(photos)], caption=_QUESTION)
        began = time.monotonic()
        took.append((await emulator.next_message(person, within=sides.PATIENCE)).at - began)
        if len(emulator.sent(person)) != 1:
            raise AssertionError("an album that is not one turn")
    return statistics.median(took)


async def _long(emulator: Emulator, seconds: float) -> list[Figure]:
    """When what is seen of an answer that takes so long."""
    person = emulator.user(id=200)
    began = time.monotonic()
    await person.text("Where can I eat well?")
    answered = (await emulator.next_message(person, within=sides.PATIENCE)).at - began
    about = f"an answer that takes {seconds:g} s"
    figures = [Figure(f"{about}: beyond the stub", 1000 * (answered - seconds), "ms")]
    if signs := emulator.timed_actions(person):
        figures.append(Figure(f"{about}: first sign of typing after", signs[0][1] - began, "s"))
    if drafts := emulator.drafts(person):
        figures.append(Figure(f"{about}: first words after", drafts[0].at - began, "s"))
    return figures


async def _mixed(emulator: Emulator, rounds: int) -> int:
    """All kinds of things from many people at once; how many were answered."""
    kinds = (_texts, _speaks, _shows, _shows_several, _sends, _commands, _asks_in_group)
    for number in range(rounds):
        people = [emulator.user(id=300 + number * len(kinds) + kind) for kind in range(len(kinds))]
        await asyncio.gather(*(kind(emulator, person) for kind, person in zip(kinds, people, strict=True)))
    return rounds * len(kinds)


def _decoders(process: int) -> int:
    """Children, which all decode media here; of several, those that are not needed are let go."""
    return len(psutil.Process(process).children())


async def _texts(emulator: Emulator, person: Person) -> None:
    said = await person.text("Is it open today?")
    await _answered(emulator, person)
    await person.edit(said, "Is it closed on Mondays and Tuesdays?")
    await until(lambda: len(emulator.sent(person)[0].versions) > 1 or len(emulator.sent(person)) > 1, within=60)


async def _speaks(emulator: Emulator, person: Person) -> None:
    await person.voice(sounds.voice("en-noodles"))
    await _answered(emulator, person)


async def _shows(emulator: Emulator, person: Person) -> None:
    await person.photo(pictures.menu(), caption=_QUESTION)
    await person.text("What does it cost?", reply_to=await _answered(emulator, person))
    await _answered(emulator, person)


async def _shows_several(emulator: Emulator, person: Person) -> None:
    await person.album([pictures.sign("EXIT"), pictures.sign("OPEN")], caption=_QUESTION)
    await _answered(emulator, person)


async def _sends(emulator: Emulator, person: Person) -> None:
    await person.document(b"Opening hours: 9 to 5.", name="hours.txt", mime_type="text/plain", caption=_QUESTION)
    await _answered(emulator, person)


async def _commands(emulator: Emulator, person: Person) -> None:
    await person.text("/help")
    await _answered(emulator, person)


async def _asks_in_group(emulator: Emulator, person: Person) -> None:
    group = emulator.group(id=-person.id)
    await person.text(f"@{emulator.username} where can I eat well?", chat=group)
    await emulator.next_message(group, within=sides.PATIENCE)


async def _answered(emulator: Emulator, person: Person) -> BotMessage:
    return await emulator.next_message(person, within=sides.PATIENCE)
