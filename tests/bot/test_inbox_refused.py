"""The desk when storage refuses: what is answered is not answered again, and who wrote is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.inbox import Desk
from storage.errors import StorageBusy, StorageFull
from storage.memory import MemoryInbox
from storage.ports import Arrival, InboxRow
from tests.bot.desks import QUICK, alone, arrival, incoming, nobody, worked


async def test_a_store_that_is_busy_for_a_moment_loses_no_row() -> None:
    class Moody(MemoryInbox):
        refusals = 2

        async def start(self, row: int, joined: Sequence[int] = ()) -> InboxRow:
            if self.refusals:
                self.refusals -= 1
                raise StorageBusy("locked")
            return await super().start(row, joined)

    done: list[str] = []

    async def work(row: InboxRow) -> None:
        done.append(row.key)

    await worked(Moody(), work, [("a", "1"), ("a", "2")])
    assert done == ["1", "2"]


async def test_what_is_answered_is_not_answered_again_when_only_noting_it_fails() -> None:
    class Full(MemoryInbox):
        refusals = 3

        async def done(self, row: int, message: str | None = None) -> None:
            if self.refusals:
                self.refusals -= 1
                raise StorageFull("full")
            await super().done(row, message)

    done: list[str] = []

    async def work(row: InboxRow) -> None:
        done.append(row.key)

    inbox = Full()
    await worked(inbox, work, [("a", "1"), ("a", "2")])
    assert done == ["1", "2"]
    assert [row async for row in inbox.unfinished()] == []


async def test_a_row_that_is_queued_twice_is_answered_once_and_holds_nobody_up() -> None:
    class Twice(MemoryInbox):
        """Recovery meets rows that a refill has read already."""

        async def unfinished(self) -> AsyncIterator[InboxRow]:
            async for row in super().unfinished():
                yield row
                yield row

    inbox = Twice()
    for n in range(3):
        await inbox.accept([arrival("a", str(n))])
    done: list[str] = []

    async def work(row: InboxRow) -> None:
        done.append(row.key)

    assert await worked(inbox, work, [("a", "later")]) == []
    assert done == ["0", "1", "2", "later"]


async def test_the_sender_is_told_when_storage_refuses_what_came_in_or_its_answer() -> None:
    class Full(MemoryInbox):
        full = True

        async def accept(self, arrivals: Sequence[Arrival]) -> list[InboxRow | None]:
            if self.full:
                raise StorageFull("full")
            return await super().accept(arrivals)

    inbox, delayed, tries = Full(), list[str](), 0

    async def delay(kept: Arrival | InboxRow) -> None:
        delayed.append(kept.key)

    async def work(row: InboxRow) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise StorageFull("full")

    desk = Desk(inbox, alone(work), nobody, delay, patience=QUICK)
    await desk.start()
    with pytest.raises(StorageFull):
        await desk.accept(incoming("a", "at the door"))
    inbox.full = False
    assert await desk.accept(incoming("a", "at work"))
    await desk.idle()
    await desk.stop()
    assert delayed == ["at the door", "at work"]
    assert tries == 2


async def test_pauses_grow_even_when_storage_cannot_count_the_tries() -> None:
    class Stuck(MemoryInbox):
        tries = 0

        async def start(self, row: int, joined: Sequence[int] = ()) -> InboxRow:
            self.tries += 1
            raise StorageFull("full")

    inbox = Stuck()
    desk = Desk(inbox, nobody, nobody, nobody, patience=QUICK)
    await desk.start()
    await desk.accept(incoming("a", "1"))
    await asyncio.sleep(0.5)
    await desk.stop()
    assert 3 <= inbox.tries <= 7, "0.01 + 0.02 + 0.04 + ... seconds apart"
