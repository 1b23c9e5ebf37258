"""The desk: order inside a chat, fairness between chats, retries, dead letters, recovery."""

from __future__ import annotations

import asyncio

import pytest

from bot.inbox import Desk
from bot.patience import Patience, RowFailed
from storage.memory import MemoryInbox
from storage.ports import InboxRow, InboxState
from tests.bot.desks import QUICK, alone, incoming, nobody, worked


async def test_a_chat_is_answered_in_order_even_when_tries_fail() -> None:
    done: list[str] = []
    failed: set[str] = set()

    async def work(row: InboxRow) -> None:
        await asyncio.sleep(0)
        if row.key in {"2", "5"} and row.key not in failed:
            failed.add(row.key)
            raise RowFailed("flaky", retryable=True)
        done.append(row.key)

    await worked(MemoryInbox(), work, [("a", str(n)) for n in range(8)])
    assert done == [str(n) for n in range(8)]


async def test_a_flood_far_beyond_the_window_loses_and_reorders_nothing() -> None:
    done: list[str] = []

    async def work(row: InboxRow) -> None:
        await asyncio.sleep(0)
        done.append(row.key)

    await worked(MemoryInbox(), work, [("a", str(n)) for n in range(500)])
    assert done == [str(n) for n in range(500)]


async def test_a_chat_that_floods_delays_only_itself() -> None:
    done: list[str] = []

    async def work(row: InboxRow) -> None:
        await asyncio.sleep(0.002)
        done.append(row.chat)

    flood = [("flood", f"f{n}") for n in range(100)]
    await worked(MemoryInbox(), work, [*flood, ("calm", "c1"), ("quiet", "q1")], workers=1)
    assert done.index("calm") < 10
    assert done.index("quiet") < 10


async def test_no_more_chats_are_worked_on_at_once_than_there_are_workers() -> None:
    now, most = 0, 0

    async def work(row: InboxRow) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.005)
        now -= 1

    await worked(MemoryInbox(), work, [(str(n), str(n)) for n in range(20)], workers=3)
    assert most == 3


async def test_a_row_that_always_fails_becomes_a_dead_letter_and_the_chat_goes_on() -> None:
    inbox = MemoryInbox()
    done: list[str] = []

    async def work(row: InboxRow) -> None:
        if row.key == "bad":
            raise RowFailed("broken", retryable=True)
        done.append(row.key)

    buried = await worked(inbox, work, [("a", "bad"), ("a", "good")])
    (dead,) = [row async for row in inbox.dead()]
    assert (dead.key, dead.attempts, dead.error, dead.state) == ("bad", 3, "broken", InboxState.DEAD)
    assert [row.key for row in buried] == ["bad"]
    assert done == ["good"]


async def test_what_cannot_succeed_is_not_tried_again() -> None:
    inbox = MemoryInbox()

    async def work(row: InboxRow) -> None:
        raise RowFailed("hopeless", retryable=False)

    await worked(inbox, work, [("a", "1")])
    (dead,) = [row async for row in inbox.dead()]
    assert dead.attempts == 1


async def test_a_poison_row_does_not_take_its_worker_along(caplog: pytest.LogCaptureFixture) -> None:
    inbox = MemoryInbox()
    done: list[str] = []

    async def work(row: InboxRow) -> None:
        if row.key == "poison":
            raise ZeroDivisionError
        done.append(row.key)

    await worked(inbox, work, [("a", "poison"), ("a", "next"), ("b", "other")], workers=1)
    assert sorted(done) == ["next", "other"]
    assert [row.error async for row in inbox.dead()] == ["unexpected-ZeroDivisionError"]


async def test_trouble_outside_is_waited_out_beyond_the_number_of_tries() -> None:
    tries = 0

    async def work(row: InboxRow) -> None:
        nonlocal tries
        tries += 1
        if tries <= 5:
            raise RowFailed("unreachable", retryable=True, outside=True, pause=0.01)

    assert await worked(MemoryInbox(), work, [("a", "1")]) == []
    assert tries == 6


def test_trouble_outside_is_given_up_after_a_day() -> None:
    outside = RowFailed("unreachable", retryable=True, outside=True)
    assert not Patience().exhausted(23 * 3600, 9, outside)
    assert Patience().exhausted(25 * 3600, 9, outside)


async def test_a_second_delivery_is_not_answered_again() -> None:
    done: list[str] = []

    async def work(row: InboxRow) -> None:
        done.append(row.key)

    await worked(MemoryInbox(), work, [("a", "1"), ("a", "1"), ("a", "2")])
    assert done == ["1", "2"]


async def test_everything_accepted_and_not_done_is_recovered_in_order() -> None:
    inbox = MemoryInbox()
    began = asyncio.Event()

    async def stuck(row: InboxRow) -> None:
        began.set()
        await asyncio.sleep(60)

    first = Desk(inbox, alone(stuck), nobody, nobody, workers=2, patience=QUICK)
    await first.start()
    for n in range(70):
        await first.accept(incoming("a", str(n)))
    await began.wait()
    await first.stop(grace=0.01)

    done: list[str] = []

    async def work(row: InboxRow) -> None:
        done.append(row.key)

    second = Desk(inbox, alone(work), nobody, nobody, workers=2, patience=QUICK)
    assert await second.start() == 70
    await second.idle()
    await second.stop()
    assert done == [str(n) for n in range(70)]


async def test_a_row_under_way_is_finished_before_the_desk_stops() -> None:
    inbox = MemoryInbox()
    began = asyncio.Event()

    async def work(row: InboxRow) -> None:
        began.set()
        await asyncio.sleep(0.05)

    desk = Desk(inbox, alone(work), nobody, nobody, patience=QUICK)
    await desk.start()
    await desk.accept(incoming("a", "1"))
    await desk.accept(incoming("a", "2"))
    await began.wait()
    await desk.stop()
    assert [row.key async for row in inbox.unfinished()] == ["2"]
