"""Groups that become supergroups: what waits while they move is answered in its place, and remembered."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from bot.inbox import Desk
from bot.incoming import Incoming, Moved, Pressed
from bot.patience import Patience
from tests.bot.desks import QUICK, nobody
from tests.bot.line import Shop, open_shop
from tests.bot.test_second_tries import Faltering
from tests.waiting import until

OLD: dict[str, Any] = {"chat": "-5", "crowd": True}
NEW: dict[str, Any] = {"chat": "-100", "crowd": True}


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.moving._PAUSE", 0.02)
    monkeypatch.setattr("tests.bot.line.Line", Faltering)


def move(shop: Shop) -> Incoming:
    return shop.incoming(act=Moved(to="-100"), message=None, **OLD)


async def history(shop: Shop, chat: str = "-100") -> list[str | None]:
    return [turn.parts[0].text for turn in await shop.conversations.latest("telegram", chat, limit=9)]


async def worked_on_anew(shop: Shop) -> int:
    """What another process makes of the inbox; how many rows were left."""
    desk = Desk(shop.inbox, shop.turns.work, nobody, nobody, patience=QUICK)
    left = await desk.start()
    async with asyncio.timeout(5):
        await desk.idle()
    await desk.stop()
    return left


def refuse(shop: Shop, times: int) -> None:
    shop.line.refusals = times  # type: ignore[attr-defined]


@pytest.mark.parametrize("refusals", [0, 5])
async def test_what_waits_while_a_group_moves_is_answered_before_what_is_said_there(refusals: int) -> None:
    async with open_shop() as shop:
        await shop.say("Remember 4711.", **OLD)
        refuse(shop, refusals)
        said = [shop.incoming("And 4712?", **OLD), move(shop), shop.incoming("Which were they?", **NEW)]
        await shop.say_all(said)
        assert await history(shop) == ["Remember 4711.", "And 4712?", "Which were they?"]
        assert await history(shop, "-5") == []
        prompt = "\n".join(str(message.content) for message in shop.llm.chat.prompts[-1])
        assert "4711" in prompt and "4712" in prompt
        assert [sent.chat for sent in shop.line.sent] == ["-5", "-5", "-100"]


async def test_what_comes_under_the_old_name_behind_the_move_belongs_to_it_as_long_as_that_waits() -> None:
    async with open_shop() as shop:
        refuse(shop, 5)
        await shop.desk.accept_all([shop.incoming("A", **OLD), move(shop), shop.incoming("C", **NEW)])
        await shop.say("B", **OLD)
        assert await history(shop) == ["A", "B", "C"]


async def test_a_process_that_ends_while_a_group_moves_leaves_nothing_behind() -> None:
    async with open_shop() as shop:
        await shop.say("A", **OLD)
        refuse(shop, 1_000_000)
        await shop.desk.accept_all([shop.incoming("B", **OLD), move(shop), shop.incoming("C", **NEW)])
        await until(lambda: shop.desk.facts().outcomes["retried"] >= 4, within=5)
        assert await history(shop) == []
        await shop.desk.stop(0.0)
        refuse(shop, 0)
        assert await worked_on_anew(shop) == 3
        assert await history(shop) == ["A", "B", "C"]
        assert [row async for row in shop.inbox.unfinished()] == []


async def test_a_group_that_moved_more_than_a_day_ago_keeps_its_history(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_shop() as shop:
        await shop.say("A", **OLD)
        await shop.desk.stop()
        monkeypatch.setattr(shop.inbox, "_clock", lambda: datetime.now(UTC) - timedelta(hours=25))
        await shop.inbox.accept([shop.incoming("B", **OLD).arrival(), move(shop).arrival()])
        desk = Desk(shop.inbox, shop.turns.work, nobody, nobody, patience=Patience())
        await desk.start()
        async with asyncio.timeout(5):
            await desk.idle()
        await desk.stop()
        assert desk.facts().outcomes == {"answered": 2, "retried": 0, "buried": 0}
        assert await history(shop) == ["A", "B"]


async def test_a_move_that_waits_is_no_failure_and_who_waits_behind_it_may_hear_so() -> None:
    async with open_shop() as shop:
        await shop.inbox.accept([shop.incoming("A", **OLD).arrival()])  # which nobody works on
        with structlog.testing.capture_logs() as logs:
            await shop.desk.accept_all([move(shop), shop.incoming("B", **NEW)])
            await until(lambda: shop.inbox._rows[2].attempts > 2, within=5)
            await until(lambda: shop.desk.waits(("telegram", "-100")) is not None, within=5)
            waits = shop.desk.waits(("telegram", "-100"))
        assert waits is not None and '"text":"B"' in waits[0].payload and waits[1] is None
        assert logs == []
        assert shop.desk.facts().outcomes == {"answered": 0, "retried": 0, "buried": 0}


async def test_a_button_that_was_pressed_before_the_group_moved_counts() -> None:
    async with open_shop() as shop:
        await shop.say("A", **OLD)
        press = shop.incoming(act=Pressed(what="good:1", message="m0"), message=None, **OLD)
        await shop.inbox.accept([move(shop).arrival(), press.arrival()])
        await shop.desk.stop()
        assert await worked_on_anew(shop) == 2
        (turn,) = await shop.conversations.latest("telegram", "-100", limit=9)
        assert [rating.good for rating in turn.ratings] == [True]


async def test_a_group_does_not_wait_for_ever_and_what_could_not_be_sent_moves_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.moving._PATIENCE", 3)
    async with open_shop() as shop:
        refuse(shop, 1_000_000)
        await shop.desk.accept_all([shop.incoming("A", **OLD), move(shop)])
        await until(lambda: shop.desk.facts().outcomes["answered"] > 0, within=5)
        assert await history(shop) == ["A"]
        refuse(shop, 0)
        await shop.say("B", **NEW)
        assert await history(shop) == ["A", "B"]
        assert sorted(sent.chat for sent in shop.line.sent) == ["-100", "-5"]
        assert await history(shop, "-5") == []
