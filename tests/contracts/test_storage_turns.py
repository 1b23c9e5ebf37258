"""Turns with their answers, and the history they make, of every implementation."""

from __future__ import annotations

import hashlib
from dataclasses import astuple, replace
from datetime import timedelta

import pytest

from agents.values import Photo, Reply, Role, Text, Turn, Unread, UnreadReason, Utterance, Voice
from storage.errors import StorageMissing
from storage.ports import LogFilter, LoggedPart
from tests.contracts.conftest import Stored
from tests.storage.makers import MORNING, answered, arrival, not_heard, photo_turn, seen, turn

EVERYTHING = LogFilter()
NASTY = "a\x00b \ud83d c \U0001f600 你好 \x1b[31m"
TAMED = "a\ufffdb \ufffd c \U0001f600 你好 \x1b[31m"


async def test_a_chat_has_one_conversation_until_it_is_reset(stored: Stored) -> None:
    first = await stored.conversations.open("telegram", "7")
    assert await stored.conversations.open("telegram", "7") == first
    assert await stored.conversations.open("web", "7") != first
    second = await stored.conversations.reset("telegram", "7")
    assert second != first
    assert await stored.conversations.open("telegram", "7") == second


async def test_a_turn_is_kept_once_for_its_inbox_row(stored: Stored) -> None:
    hear = stored.conversations.hear

    async def answered_for(row: int) -> Reply | None:
        found = await stored.conversations.of_inbox(row)
        return None if found is None else found.reply

    first = await hear("telegram", "7", turn("hi"), inbox=5)
    assert (first.reply, await answered_for(5), await answered_for(6)) == (None, None, None)
    await stored.conversations.reset("telegram", "7")
    assert await hear("telegram", "7", turn("hi"), inbox=5) == first
    await stored.conversations.answer(first.turn, answered("hello"))
    assert await hear("telegram", "7", turn("hi"), inbox=5) == replace(first, reply=answered("hello").reply)
    assert await answered_for(5) == answered("hello").reply
    assert (await hear("telegram", "7", turn("hi"), inbox=6)).turn != first.turn
    assert len([logged async for logged in stored.conversations.turns(EVERYTHING)]) == 2


async def test_a_turn_goes_to_the_current_conversation_of_its_chat(stored: Stored) -> None:
    first = await stored.conversations.hear("telegram", "7", turn("hi"))
    assert first.conversation == await stored.conversations.open("telegram", "7")
    assert (await stored.conversations.hear("telegram", "7", turn("hi"))).conversation == first.conversation
    anew = await stored.conversations.reset("telegram", "7")
    assert (await stored.conversations.hear("telegram", "7", turn("hi"))).conversation == anew


async def test_an_answered_turn_comes_back_whole(stored: Stored) -> None:
    parts = (
        Text("what?"),
        Photo(b"photo", "image/png", quoted=True),
        Voice(b""),
        Unread("poll", UnreadReason.UNSUPPORTED),
    )
    heard, conversation, *_ = astuple(
        await stored.conversations.hear("telegram", "7", Turn(parts, sender="Ada"), sender_id="u1", inbox=1)
    )
    stored.clock.move(seconds=3)
    given = answered("It says EXIT.", seen(), not_heard())
    await stored.conversations.answer(heard, given)
    (logged,) = [one async for one in stored.conversations.turns(EVERYTHING)]
    assert (logged.id, logged.conversation, logged.channel, logged.chat) == (heard, conversation, "telegram", "7")
    assert (logged.sender_id, logged.sender) == ("u1", "Ada")
    assert (logged.received_at, logged.answered_at) == (MORNING, MORNING + timedelta(seconds=3))
    assert logged.parts == (
        LoggedPart("text", text="what?"),
        LoggedPart("photo", media=hashlib.sha256(b"photo").hexdigest(), media_type="image/png", quoted=True),
        LoggedPart("voice", media=hashlib.sha256(b"").hexdigest(), media_type="audio/ogg"),
        LoggedPart("unread", text="poll", reason="unsupported"),
    )
    assert (logged.observations, logged.reply, logged.trace) == (given.observations, given.reply, given.trace)
    assert await stored.media.get(logged.parts[1].media or "") == b"photo"
    assert await stored.conversations.of_inbox(1) == logged


async def test_the_first_answer_stays(stored: Stored) -> None:
    heard = await stored.say("telegram/7", "hi", "first")
    await stored.conversations.answer(heard, answered("second", seen()))
    (logged,) = [one async for one in stored.conversations.turns(EVERYTHING)]
    assert logged.reply == Reply("first", "en", (), True)
    assert logged.observations == ()


async def test_nothing_is_answered_before_it_was_said(stored: Stored) -> None:
    with pytest.raises(StorageMissing):
        await stored.conversations.answer(42, answered("hello"))
    assert await stored.conversations.of_inbox(42) is None


async def test_history_is_the_last_answered_turns_before_this_one(stored: Stored) -> None:
    for n in range(5):
        await stored.say("telegram/7", f"q{n}", f"a{n}")
        await stored.say("telegram/8", "elsewhere", "elsewhere")
    await stored.say("telegram/7", "unanswered")
    now = await stored.conversations.hear("telegram", "7", turn("now"), inbox=1)
    await stored.say("telegram/7", "after", "after")
    again = await stored.conversations.hear("telegram", "7", turn("now"), inbox=1, remembered=2)
    assert (again.turn, list(again.history)) == (
        now.turn,
        [
            Utterance(Role.USER, "q3"),
            Utterance(Role.ASSISTANT, "a3"),
            Utterance(Role.USER, "q4"),
            Utterance(Role.ASSISTANT, "a4"),
        ],
    )
    assert len(await stored.history("telegram/7", 20)) == 12
    assert await stored.history("telegram/7", 0) == []
    await stored.conversations.reset("telegram", "7")
    assert await stored.history("telegram/7", 20) == []


async def test_history_tells_what_was_typed_now_and_what_was_seen(stored: Stored) -> None:
    heard = await stored.conversations.hear("telegram", "7", photo_turn("what does it say?"))
    await stored.conversations.answer(heard.turn, answered("EXIT.", seen(), not_heard()))
    assert await stored.history("telegram/7", 5) == [
        Utterance(Role.USER, "what does it say?", (seen(), not_heard())),
        Utterance(Role.ASSISTANT, "EXIT."),
    ]


async def test_text_no_database_holds_is_replaced_not_refused(stored: Stored) -> None:
    conversation = await stored.conversations.open(NASTY, NASTY)
    assert await stored.conversations.open(NASTY, NASTY) == conversation
    heard, told, *_ = astuple(await stored.conversations.hear(NASTY, NASTY, turn(NASTY, sender=NASTY), sender_id=NASTY))
    assert told == conversation
    await stored.conversations.answer(heard, answered(NASTY, seen(NASTY, float("nan")), detail=NASTY))
    (logged,) = [one async for one in stored.conversations.turns(LogFilter(person=NASTY, chat=NASTY, channel=NASTY))]
    assert (logged.channel, logged.chat, logged.sender, logged.sender_id) == (TAMED,) * 4
    assert logged.parts == (LoggedPart("text", text=TAMED),)
    assert logged.observations == (seen(TAMED, 0.0),)
    assert logged.reply is not None
    assert logged.reply.text == TAMED
    assert logged.trace is not None
    assert (logged.trace.steps[1].input, logged.trace.steps[1].output) == (TAMED, TAMED)
    (row,) = await stored.inbox.accept([arrival(NASTY, chat=NASTY, payload=NASTY)])
    assert row is not None
    assert (row.key, row.chat, row.payload) == (TAMED, TAMED, TAMED)
    assert await stored.inbox.waiting("telegram", NASTY, after=0, limit=1) == [row]
    assert await stored.inbox.accept([arrival(NASTY)]) == [None]


async def test_a_hundred_thousand_characters_are_kept(stored: Stored) -> None:
    long = "长x" * 50_000
    await stored.say("telegram/7", long, long)
    assert [side.text for side in await stored.history("telegram/7", 1)] == [long, long]
