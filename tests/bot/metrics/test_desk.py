"""The desk in numbers, from waiting to answered and given up."""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry

from bot.desk_facts import DeskFacts
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingText, Sender
from bot.metrics.desk import DeskCollector
from bot.patience import Patience, RowFailed
from storage.memory import MemoryInbox
from storage.ports import InboxRow
from tests.bot.desks import alone


def incoming(chat: str, key: str) -> Incoming:
    return Incoming(channel="test", chat=chat, key=key, sender=Sender(id=chat), parts=(IncomingText(text=key),))


async def nobody(_: object) -> None: ...


async def test_what_waits_what_is_worked_on_and_how_it_ended_is_told() -> None:
    going_on, tried = asyncio.Event(), asyncio.Event()

    async def work(row: InboxRow) -> None:
        tried.set()
        await going_on.wait()
        if row.key == "bad":
            raise RowFailed("broken", retryable=False)
        if row.key == "flaky" and row.attempts < 2:
            raise RowFailed("flaky", retryable=True)

    desk = Desk(MemoryInbox(), alone(work), nobody, nobody, workers=1, patience=Patience(3, 0.01))
    assert desk.facts() == DeskFacts({"answered": 0, "retried": 0, "buried": 0}, 0, 0, 0.0)
    collector, registry = DeskCollector(desk), CollectorRegistry()
    registry.register(collector)
    await desk.start()
    for key in ("good", "bad", "flaky"):
        await desk.accept(incoming("a", key))
    async with asyncio.timeout(10):
        await tried.wait()
        facts = desk.facts()
        assert (facts.working, facts.waiting) == (1, 2)
        assert 0 <= facts.oldest < 10
        assert registry.get_sample_value("parley_desk_waiting_turns") == 0, "told as it was at the last look"
        collector.look()
        assert registry.get_sample_value("parley_desk_waiting_turns") == 2
        assert registry.get_sample_value("parley_turns_in_flight") == 1
        assert registry.get_sample_value("parley_answers_doubtful_total") == 0
        assert registry.get_sample_value("parley_tasks") == len(asyncio.all_tasks())
        going_on.set()
        await desk.idle()
    collector.look()
    await desk.stop()
    outcomes = {
        outcome: registry.get_sample_value("parley_turns_total", {"outcome": outcome})
        for outcome in ("answered", "retried", "buried")
    }
    assert outcomes == {"answered": 2, "retried": 1, "buried": 1}
    assert registry.get_sample_value("parley_desk_oldest_wait_seconds") == 0
