"""Parley's real process beside a 30-line bot: the same emulated Telegram, the same stub of a language model.

Parley is set as it comes, with its web chat, 32 workers and its 30 messages a second. What people write is plainly
complete, so that nothing is waited for. Beyond the stub: from the moment a person's message is there for the bot to
fetch until the answer is in the chat, less the 50 ms the stub takes. For a hundred at once: from the first message to
the last answer, less those 50 ms. The two take turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator

from tests.bench import sides
from tests.bench.children import resident
from tests.bench.figures import Figure
from tests.bench.scale import Scale
from tests.emulator import Emulator

__all__ = ["measure"]

STUB = 0.05  # seconds
_BLOCK = 10  # turns of one before the other's come; a person may send 20 a minute
_SINGLE = 4000  # the first id of the people who ask alone
_REFILL = 4.0  # seconds until Parley would send 100 messages at once again


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    async with sides.stub(STUB) as port, sides.reference(port) as reference, sides.parley(port) as (parley, process):
        ours, theirs = await _one_by_one(scale.of(5, 1), scale.of(_BLOCK, 2), parley, reference)
        yield Figure("one text turn beyond the stub, reference", 1000 * theirs, "ms")
        yield Figure("one text turn beyond the stub, Parley", 1000 * ours, "ms")
        yield Figure("one text turn, Parley to reference", ours / theirs, "x", 2.5)
        for name, emulator, most in (("reference", reference, None), ("Parley", parley, 3)):
            polls, others = await _calls(emulator, scale.of(_BLOCK, 2))
            yield Figure(f"calls of the Bot API a text turn, {name}", others, "", most)
            yield Figure(f"the same with getUpdates, {name}", polls + others, "", most)
        chats = scale.of(100, 3)
        ours, theirs = await _at_once(scale.of(7, 1), chats, scale.of(_REFILL, 0.1), parley, reference)
        yield Figure(f"{chats} chats at once, last answer beyond the stub, reference", 1000 * theirs, "ms")
        yield Figure("the same, Parley", 1000 * ours, "ms")
        yield Figure(f"{chats} chats at once, Parley to reference", ours / theirs, "x", 1.5)
        for name, megabytes in (parts := resident(process)).items():
            yield Figure(f"resident without local models: {name}", megabytes, "MB")
        yield Figure("resident without local models, all processes", sum(parts.values()), "MB", 220)


async def _one_by_one(rounds: int, turns: int, parley: Emulator, reference: Emulator) -> tuple[float, float]:
    """Seconds beyond the stub of a turn of each, the median."""
    ours, theirs = list[float](), list[float]()
    for number in range(rounds):
        for emulator, took in ((reference, theirs), (parley, ours)):
            for _ in range(turns):
                took.append(await sides.burst(emulator, 1, _SINGLE + number) - STUB)
                await asyncio.sleep(0.02)  # what is noted after the answer is no part of the next turn
    return statistics.median(ours), statistics.median(theirs)


async def _calls(emulator: Emulator, turns: int) -> tuple[float, float]:
    """Calls of getUpdates and of other methods that a turn takes."""
    before, polls = len(emulator.calls), emulator.count("getUpdates")
    for _ in range(turns):
        await sides.burst(emulator, 1, _SINGLE - 1)
        await asyncio.sleep(0.1)
    polls = emulator.count("getUpdates") - polls
    return polls / turns, (len(emulator.calls) - before - polls) / turns


async def _at_once(rounds: int, chats: int, pause: float, parley: Emulator, reference: Emulator) -> tuple[float, float]:
    """Seconds beyond the stub until the last of the chats has its answer, the median."""
    ours, theirs = list[float](), list[float]()
    for _ in range(rounds):
        for emulator, took in ((reference, theirs), (parley, ours)):
            await asyncio.sleep(pause / 2)
            took.append(await sides.burst(emulator, chats) - STUB)
    return statistics.median(ours), statistics.median(theirs)
