"""Choices are read once in a while, and never older than what was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.recalled import Recalled
from storage.memory import MemoryPreferences


class Slow(MemoryPreferences):
    """Counts readings, and takes its time for them."""

    def __init__(self) -> None:
        super().__init__()
        self.read, self.go_on = 0, asyncio.Event()
        self.go_on.set()

    async def of(self, channel: str, chat: str) -> Mapping[str, str]:
        self.read += 1
        chosen = dict(await super().of(channel, chat))
        await self.go_on.wait()
        return chosen


async def test_what_was_read_holds_until_it_is_written_or_old() -> None:
    kept, now = Slow(), [0.0]
    recalled = Recalled(kept, lambda: now[0])
    assert [await recalled.of("t", "1") for _ in range(3)] == [{}, {}, {}]
    assert kept.read == 1
    await recalled.prefer("t", "1", "language", "zh")
    assert await recalled.of("t", "1") == {"language": "zh"}
    await kept.prefer("t", "1", "language", "en")  # by a chat that was moved here
    now[0] += 31
    assert await recalled.of("t", "1") == {"language": "en"}


async def test_a_slow_reading_does_not_bring_back_what_was_chosen_before() -> None:
    kept = Slow()
    recalled = Recalled(kept)
    kept.go_on.clear()
    reading = asyncio.create_task(recalled.of("t", "1"))
    await asyncio.sleep(0)
    await recalled.prefer("t", "1", "language", "zh")
    kept.go_on.set()
    assert await reading == {}
    assert await recalled.of("t", "1") == {"language": "zh"}
