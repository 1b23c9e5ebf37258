"""A turn that ends the process whenever it is tried is given up, and the others are answered."""

from __future__ import annotations

import asyncio

import pytest

from bot import inbox as desks
from bot.deaths import MOST, SUSPECT, code_after, deaths
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingText, Sender
from bot.patience import Patience
from storage.memory import MemoryInbox
from storage.ports import InboxRow, InboxState
from tests.bot.desks import alone


def incoming(chat: str, key: str) -> Incoming:
    return Incoming(channel="test", chat=chat, key=key, sender=Sender(id=chat), parts=(IncomingText(text=key),))


async def nobody(_: object) -> None: ...


class Lives:
    """Desks over one inbox, each of which ends as soon as a turn called ``poison`` is tried, after a moment."""

    def __init__(self) -> None:
        self.inbox = MemoryInbox()
        self.answered: list[str] = []
        self.buried: list[str] = []
        self._dying = asyncio.Event()

    async def live(self) -> None:
        self._dying.clear()
        desk = Desk(self.inbox, alone(self._work), self._bury, nobody, workers=4, patience=Patience(3, 0.01))
        await desk.start()
        over = [asyncio.create_task(wait) for wait in (desk.idle(), self._dying.wait())]
        await asyncio.wait(over, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        for task in over:
            task.cancel()
        await desk.stop(grace=0)

    async def _work(self, row: InboxRow) -> None:
        if row.key == "poison":
            self._dying.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0.03)  # longer than the poison takes when both begin at once
        self.answered.append(row.key)

    async def _bury(self, row: InboxRow) -> None:
        self.buried.append(row.key)


async def test_it_becomes_a_dead_letter_and_neighbours_that_were_under_way_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(desks, "APART", 0.1)
    lives = Lives()
    await lives.inbox.accept(
        [incoming(chat, key).arrival() for chat, key in (("a", "poison"), ("b", "slow"), ("a", "behind"))]
    )
    for _ in range(MOST):
        await lives.live()
        assert lives.buried == []
    assert lives.answered == ["slow"], "it was under way at each end, until it was tried apart"
    await lives.live()
    assert (lives.buried, lives.answered) == (["poison"], ["slow", "behind"])
    assert [row.error async for row in lives.inbox.dead()] == ["process-ended"]


async def test_ends_that_are_not_in_a_row_do_not_count_together() -> None:
    inbox = MemoryInbox()
    (row,) = await inbox.accept([incoming("a", "1").arrival()])
    assert row
    await inbox.start(row.id)
    await inbox.retry(row.id, code_after(code_after(None)))
    assert [deaths(one.error) async for one in inbox.unfinished()] == [SUSPECT - 1]
    await inbox.retry(row.id, "delivery-failed")
    assert [(one.state, deaths(one.error)) async for one in inbox.unfinished()] == [(InboxState.NEW, 0)]


@pytest.mark.parametrize(
    "error", [None, "", "delivery-failed", "process-ended-", "process-ended-x", "process-ended--1"]
)
def test_other_failures_are_no_ends(error: str | None) -> None:
    assert deaths(error) == 0
    assert deaths(code_after(error)) == 1
