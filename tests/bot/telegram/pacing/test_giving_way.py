"""Drafts, signs and edits that show progress wait for nothing and take no answer's place."""

from __future__ import annotations

import asyncio

import pytest
from telegram.error import RetryAfter

from bot.telegram.pacing import NotNow, Urgency
from tests.bot.telegram.pacing.leaping import run
from tests.bot.telegram.pacing.wire import SMALL, Wire


@pytest.mark.parametrize(
    ("method", "urgency"),
    [("sendMessageDraft", None), ("sendChatAction", None), ("editMessageText", Urgency.PREVIEW)],
)
def test_what_is_no_answer_never_waits(method: str, urgency: Urgency | None) -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        told = [await wire.call("7", method=method, urgency=urgency) for _ in range(5)]
        assert told[0] == 0.0
        assert isinstance(told[-1], NotNow)
        assert wire.now == 0.0
        assert sum(wire.scheduler.tally.refused.values()) == sum(isinstance(one, NotNow) for one in told)

    run(story())


def test_previews_leave_answers_all_of_their_room() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        for _ in range(5):
            await wire.call("7", method="sendMessageDraft")
        assert await asyncio.gather(*(wire.call("7") for _ in range(2))) == [0.0, 0.0]
        assert isinstance(await wire.call("7", method="sendMessageDraft"), NotNow)

    run(story())


def test_a_sign_leaves_room_for_a_preview() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        assert await wire.call("7", method="sendChatAction") == 0.0
        assert isinstance(await wire.call("7", method="sendChatAction"), NotNow)
        assert await wire.call("7", method="sendMessageDraft") == 0.0

    run(story())


def test_what_is_no_answer_gives_way_to_an_answer_that_is_on_its_way_or_waits() -> None:
    async def story() -> None:
        wire = Wire(took=2.0)
        answer = asyncio.create_task(wire.call("7"))
        await asyncio.sleep(1)
        assert isinstance(await wire.call("7", method="sendMessageDraft"), NotNow)
        assert isinstance(await wire.call("7", method="sendChatAction"), NotNow)
        assert await wire.call("8", method="sendChatAction") == 3.0
        await answer

    run(story())


def test_an_edit_that_shows_progress_and_is_told_to_wait_holds_back_the_whole_chat() -> None:
    async def story() -> None:
        wire = Wire()
        wire.fail("-5", 3)
        told = await wire.call("-5", method="editMessageText", urgency=Urgency.PREVIEW)
        assert isinstance(told, RetryAfter)
        assert isinstance(await wire.call("-5", method="sendChatAction"), NotNow)
        assert await wire.call("-5") == 3.0

    run(story())


@pytest.mark.parametrize("method", ["sendMessageDraft", "sendChatAction"])
def test_a_draft_or_sign_that_is_told_to_wait_holds_back_no_answer(method: str) -> None:
    async def story() -> None:
        wire = Wire()
        wire.fail(method, 30)
        assert isinstance(await wire.call("7", method=method), RetryAfter)
        assert isinstance(await wire.call("7", method="sendMessageDraft"), NotNow)
        assert await wire.call("7") == 0.0
        await asyncio.sleep(30)
        assert await wire.call("7", method="sendMessageDraft") == 30.0

    run(story())
