"""Answers go at once while there is room, then in order and in time; nothing else ever takes their place."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import structlog
from telegram.error import RetryAfter

from bot.telegram.pacing import Call, Crowded, Limits, Urgency
from bot.telegram.pacing.refusals import seconds_of
from tests.bot.telegram.pacing.leaping import run
from tests.bot.telegram.pacing.wire import SMALL, Wire


def test_a_lone_answer_does_not_wait() -> None:
    async def story() -> None:
        wire = Wire()
        assert await wire.call("7") == 0.0
        assert wire.scheduler.tally.held == 0

    run(story())


def test_a_hundred_chats_are_answered_at_once() -> None:
    async def story() -> None:
        wire = Wire()
        assert await asyncio.gather(*(wire.call(str(chat)) for chat in range(1, 101))) == [0.0] * 100

    run(story())


def test_the_answers_of_a_chat_go_in_order_and_at_its_rate() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        await asyncio.gather(*(wire.call("7", number) for number in range(4)))
        assert wire.whats("7") == [0, 1, 2, 3]
        assert wire.times("7") == [0.0, 0.0, 1.0, 2.0]
        assert wire.scheduler.tally.held == 2
        assert wire.scheduler.tally.seconds == pytest.approx(3.0)

    run(story())


def test_a_group_has_its_own_rate_by_number_and_by_name() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        for group in ("-100200", "@friends"):
            await asyncio.gather(*(wire.call(group, number) for number in range(2)))
            first, second = wire.times(group)
            assert second - first == pytest.approx(2.0)

    run(story())


def test_an_edit_counts_as_an_answer_does() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        await asyncio.gather(wire.call("-5", 0), wire.call("-5", 1, method="editMessageText"))
        assert wire.times("-5") == [0.0, 2.0]

    run(story())


def test_an_answer_does_not_overtake_one_that_is_on_its_way() -> None:
    async def story() -> None:
        wire = Wire(took=3.0)
        assert await asyncio.gather(wire.call("7", 0), wire.call("7", 1), wire.call("8")) == [3.0, 6.0, 3.0]

    run(story())


def test_all_chats_together_keep_to_the_overall_rate_in_the_order_they_asked() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        await asyncio.gather(*(wire.call(str(chat)) for chat in range(1, 10)))
        assert [made.chat for made in wire.made] == [str(chat) for chat in range(1, 10)]
        assert [round(made.at, 3) for made in wire.made] == [0.0] * 6 + [0.1, 0.2, 0.3]

    run(story())


def test_a_chat_that_must_wait_keeps_no_other_waiting() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        wire.fail("7", 5)
        told = await asyncio.gather(wire.call("7"), wire.call("8"), wire.call("-9"))
        assert told == [5.0, 0.0, 0.0]

    run(story())


def test_an_answer_is_tried_again_when_telegram_said_and_the_next_stays_behind_it() -> None:
    async def story() -> None:
        wire = Wire()
        wire.fail("7", 2, 3)
        await asyncio.gather(wire.call("7", "first"), wire.call("7", "second"))
        assert wire.times("7") == [0.0, 2.0, 5.0, 5.0]
        assert wire.whats("7") == ["first", "second"]
        assert wire.scheduler.tally.penalties == {"sendMessage": 2}

    run(story())


def test_an_answer_whose_time_is_too_short_is_handed_back_with_the_time_to_come_again() -> None:
    async def story() -> None:
        wire = Wire()
        wire.fail("7", 60)
        told = [await wire.call("7", within=5), await wire.call("7", within=5), await wire.call("8")]
        assert isinstance(told[0], RetryAfter) and not isinstance(told[0], Crowded)
        assert isinstance(told[1], Crowded)
        assert [seconds_of(exc) for exc in told[:2] if isinstance(exc, RetryAfter)] == [60.0, 60.0]
        assert len(wire.times("7")) == 1, "Telegram was asked again too early"
        assert wire.scheduler.tally.refused == {"answer": 1}
        await asyncio.sleep(60)
        assert await wire.call("7") == 60.0

    run(story())


def test_only_so_many_answers_of_a_chat_wait() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        told = await asyncio.gather(*(wire.call("7", number, within=100) for number in range(6)))
        assert [isinstance(one, Crowded) for one in told] == [False] * 4 + [True] * 2
        assert isinstance(told[5], Crowded) and seconds_of(told[5]) > 1

    run(story())


def test_only_so_many_answers_wait_in_all() -> None:
    async def story() -> None:
        wire = Wire(replace(SMALL, waiting_overall=2))
        told = await asyncio.gather(*(wire.call(str(chat)) for chat in range(1, 10)))
        assert [isinstance(one, Crowded) for one in told] == [False] * 8 + [True]

    run(story())


def test_an_answer_that_waits_behind_a_slow_one_gives_up_in_time() -> None:
    async def story() -> None:
        wire = Wire(took=30.0)
        slow = asyncio.create_task(wire.call("7"))
        await asyncio.sleep(0)
        told = await wire.call("7", within=4)
        assert isinstance(told, Crowded)
        assert wire.now == pytest.approx(4.0)
        assert await slow == 30.0

    run(story())


def test_who_gives_up_waiting_leaves_the_place_to_the_next() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        await asyncio.gather(*(wire.call("7") for _ in range(2)))
        waiting = [asyncio.create_task(wire.call("7", number)) for number in range(3)]
        await asyncio.sleep(0.5)
        waiting[0].cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert wire.whats("7")[2:] == [1, 2]
        assert wire.times("7")[2:] == [1.0, 2.0]

    run(story())


def test_other_methods_are_not_limited() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        told = await asyncio.gather(*(wire.call("7", method="getChatMember") for _ in range(50)))
        told += await asyncio.gather(*(wire.call(None, method="answerCallbackQuery") for _ in range(50)))
        assert set(told) == {0.0}

    run(story())


def test_a_method_without_a_chat_that_is_told_to_wait_is_alone_in_it() -> None:
    async def story() -> None:
        wire = Wire()
        wire.fail("getFile", 5)
        assert isinstance(await wire.call(None, method="getFile"), RetryAfter)
        assert isinstance(await wire.call(None, method="getFile"), Crowded)
        assert await wire.call(None, method="answerCallbackQuery") == 0.0
        assert await wire.call("7") == 0.0
        await asyncio.sleep(5)
        assert await wire.call(None, method="getFile") == 5.0

    run(story())


def test_without_limits_only_telegram_holds_back() -> None:
    async def story() -> None:
        wire = Wire(Limits.at(0))
        assert set(await asyncio.gather(*(wire.call("7", within=0.1) for _ in range(30)))) == {0.0}
        edits = [await wire.call("-7", method="editMessageText", urgency=Urgency.PREVIEW) for _ in range(300)]
        assert set(edits) == {0.0}
        wire.fail("7", 4)
        assert await wire.call("7") == 4.0

    run(story())


def test_a_chat_is_forgotten_once_it_is_as_a_new_one() -> None:
    async def story() -> None:
        wire = Wire(Limits(overall=1e6, overall_burst=1e6))
        for chat in range(1, 20_001):
            await wire.call(str(chat))
            await asyncio.sleep(0.01)
        assert wire.scheduler.chats <= 1024
        wire.fail("-1", 86_400)
        await wire.call("-1", within=0)
        for chat in range(1, 5_001):
            await wire.call(str(chat))
            await asyncio.sleep(0.01)
        told = await wire.call("-1")
        assert isinstance(told, Crowded), "what Telegram asked for was forgotten"
        assert wire.scheduler.chats <= 1024

    run(story())


def test_what_is_put_off_or_skipped_is_said_without_telling_whom_it_was_for() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        wire.fail("770077", 60)
        await wire.call("770077", "secret", within=1)
        await wire.call("770077", "secret", within=1)
        await wire.call("770077", "secret", method="sendMessageDraft")

    with structlog.testing.capture_logs() as logged:
        run(story())
    assert [entry["event"] for entry in logged] == [
        "telegram asks to write later",
        "telegram call put off, too many before it",
        "telegram call skipped, no room",
    ]
    assert "770077" not in str(logged) and "secret" not in str(logged)


def test_a_call_without_anything_said_waits_as_long_as_the_limits_tell() -> None:
    async def story() -> None:
        wire = Wire(replace(SMALL, patience=1.5))
        told = await asyncio.gather(*(wire.call("7") for _ in range(4)))
        assert [isinstance(one, Crowded) for one in told] == [False, False, False, True]

    run(story())
    assert Call() == Call(None, None)
