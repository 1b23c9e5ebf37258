"""What Parley adds to a turn beyond its models' critical path, alone and with fifty chats at once.

A turn goes the whole way: desk, inbox, history, graph, streaming, storage, delivery. Its one model is scripted to
stream forty words in a fixed time, so whatever a turn takes longer is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.models.scripted import ScriptedLLM
from tests.bench.figures import Figure, percentile
from tests.bench.office import WORKERS, Office, office
from tests.bench.scale import Scale

__all__ = ["REPLY", "measure"]

REPLY = " ".join(["The noodles at the corner are good, and the soup is better on cold days."] * 2) + " " + (
    "People queue for it from noon on, so come early or bring a friend."
)  # fmt: skip
CHATS = 50
REMEMBERED = 40  # turns of history that a prompt is made from at most


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    for chats, turns in ((scale.of(10, 2), scale.of(10, 1)), (1, scale.of(60, 3))):
        for figure in await _alone(chats, turns, seconds=0.05):
            yield figure
    for figure in await _together(scale.of(CHATS, 2), turns=scale.of(6, 1), seconds=scale.of(1.0, 0.05)):
        yield figure


async def _alone(chats: int, turns: int, seconds: float) -> list[Figure]:
    """One chat after another; of a long one only the turns with the whole history before them count."""
    with TemporaryDirectory() as folder:
        async with office(Path(folder), ScriptedLLM.of([REPLY], seconds=seconds)) as place:
            await place.ask("warm", "Hello there")
            took = [await _chat(place, str(chat), turns, alone=True) for chat in range(chats)]
    added = [1000 * (each - seconds) for chat in took for each in chat[REMEMBERED:] or chat]
    about = f"added to a {1000 * seconds:.0f} ms model, alone, chats of {turns} turns"
    return [
        Figure(f"{about}, p50", percentile(added, 50), "ms", 10),
        Figure(f"{about}, p95", percentile(added, 95), "ms"),
    ]


async def _together(chats: int, turns: int, seconds: float) -> list[Figure]:
    with TemporaryDirectory() as folder:
        async with office(Path(folder), ScriptedLLM.of([REPLY], seconds=seconds)) as place:
            await place.ask("warm", "Hello there")
            took = await asyncio.gather(*(_chat(place, str(chat), turns) for chat in range(chats)))
    share = [100 * (each / seconds - 1) for chat in took for each in chat]
    about = f"added to a {seconds:g} s model, {chats} chats at once, {WORKERS} workers"
    return [
        Figure(f"{about}, p50", percentile(share, 50), "%", 20),
        Figure(f"{about}, p95", percentile(share, 95), "%", 20),
    ]


async def _chat(place: Office, chat: str, turns: int, *, alone: bool = False) -> list[float]:
    """Seconds of each turn of one chat, asked one after the other."""
    took = []
    for number in range(turns):
        took.append(await place.ask(chat, f"Where can I eat well, number {number}?"))
        if alone:
            await place.settled()
    return took
