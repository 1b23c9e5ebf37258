"""Clocks on the wall jump by hours and days; no row grows old by that."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.ages import Ages
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingText, Sender
from bot.patience import Patience, RowFailed
from storage.memory import MemoryInbox
from storage.ports import Arrival, InboxRow
from tests.bot.desks import alone
from tests.waiting import until

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Clocks:
    """Both clocks of a machine: ``passes`` moves them both, ``jumps`` the one on the wall."""

    def __init__(self) -> None:
        self.wall, self.monotonic = NOON, 0.0

    def ages(self) -> Ages:
        return Ages(lambda: self.wall, lambda: self.monotonic)

    def passes(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.monotonic += seconds

    def jumps(self, by: timedelta) -> None:
        self.wall += by


class Outage:
    """A desk whose channel is down until ``over``."""

    def __init__(self, clocks: Clocks, inbox: MemoryInbox) -> None:
        self.over, self.tried = False, 0
        self.done: list[str] = []
        self.buried: list[str] = []
        patience = Patience(backoff=0.01)
        self.desk = Desk(inbox, alone(self._work), self._bury, self._nobody, patience=patience, ages=clocks.ages())

    async def _work(self, row: InboxRow) -> None:
        self.tried += 1
        if not self.over:
            raise RowFailed("unreachable", retryable=True, outside=True, pause=0.01)
        self.done.append(row.key)

    async def _bury(self, row: InboxRow) -> None:
        self.buried.append(row.key)

    async def _nobody(self, _: Arrival | InboxRow) -> None: ...

    async def say(self, key: str, chat: str = "") -> None:
        said = (IncomingText(text=key),)
        await self.desk.accept(Incoming(channel="test", chat=chat or key, key=key, sender=Sender(id="a"), parts=said))

    async def tries_on(self) -> None:
        tried = self.tried
        await until(lambda: self.tried > tried + 5, within=10)

    async def end(self) -> None:
        self.over = True
        async with asyncio.timeout(10):
            await self.desk.idle()
        await self.desk.stop()


@pytest.mark.parametrize("jump", [DAY * 400, timedelta(hours=3), -timedelta(hours=3), -DAY * 400])
@pytest.mark.parametrize("back", [timedelta(), DAY * 5, -DAY * 5])
async def test_no_jump_of_the_clock_buries_what_waits_for_the_world_outside(jump: timedelta, back: timedelta) -> None:
    clocks = Clocks()
    outage = Outage(clocks, MemoryInbox(clock=lambda: clocks.wall))
    await outage.desk.start()
    await outage.say("before")
    clocks.jumps(jump)
    await outage.say("between")
    clocks.passes(3600)
    await outage.tries_on()
    clocks.jumps(back)
    await outage.say("after")
    clocks.passes(3600)
    await outage.tries_on()
    await outage.end()
    assert outage.buried == []
    assert sorted(outage.done) == ["after", "before", "between"]


async def test_after_a_day_it_is_given_up_even_when_processes_change_meanwhile() -> None:
    clocks = Clocks()
    inbox = MemoryInbox(clock=lambda: clocks.wall)
    first = Outage(clocks, inbox)
    await first.desk.start()
    await first.say("old")
    clocks.passes(14 * 3600)
    await first.tries_on()
    await first.desk.stop()
    second = Outage(clocks, inbox)
    assert await second.desk.start() == 1
    clocks.passes(9 * 3600)
    await second.say("young")
    await second.tries_on()
    assert second.buried == []
    clocks.passes(2 * 3600)
    await until(lambda: second.buried == ["old"], within=10)
    clocks.passes(23 * 3600)
    await until(lambda: second.buried == ["old", "young"], within=10)
    await second.end()


async def test_each_row_of_a_chat_ages_from_when_it_was_accepted_and_not_from_when_its_turn_came() -> None:
    clocks = Clocks()
    outage = Outage(clocks, MemoryInbox(clock=lambda: clocks.wall))
    await outage.desk.start()
    for number in range(120):  # more than a chat has in memory
        await outage.say(str(number), chat="a")
    clocks.passes(20 * 3600)
    await outage.say("young", chat="a")
    clocks.passes(5 * 3600)
    await until(lambda: len(outage.buried) == 120, within=10)
    await outage.tries_on()
    assert outage.buried == [str(number) for number in range(120)]
    await outage.end()
    assert outage.done == ["young"]


async def test_the_oldest_wait_that_is_told_does_not_jump_with_the_clock_on_the_wall() -> None:
    clocks = Clocks()
    outage = Outage(clocks, MemoryInbox(clock=lambda: clocks.wall))
    await outage.desk.start()
    await outage.say("old")
    clocks.passes(100)
    clocks.jumps(DAY)
    await outage.say("young")
    assert outage.desk.facts().oldest == 100
    await outage.end()


async def test_rows_age_from_the_seconds_they_came_in_whatever_their_order() -> None:
    clocks = Clocks()
    ages, inbox = clocks.ages(), MemoryInbox()
    rows = await inbox.accept([Arrival("test", "a", str(number), "{}") for number in range(4)])
    first, late, early, last = (row for row in rows if row is not None)
    ages.accepted(first)
    clocks.passes(1000)
    ages.accepted(early)
    ages.accepted(late)
    clocks.passes(1)
    ages.accepted(last)
    clocks.passes(9)
    assert [ages.of(row) for row in (first, late, early, last)] == [1010, 10, 10, 10]
