"""How turns and conversations are found and listed, of every implementation."""

from __future__ import annotations

from datetime import timedelta

from storage.ports import LogFilter
from tests.contracts.conftest import Stored
from tests.storage.makers import MORNING

EVERYTHING = LogFilter()


async def test_turns_are_found_by_channel_chat_person_date_and_conversation(stored: Stored) -> None:
    talks = {chat: await stored.conversations.open(*chat.split("/")) for chat in ("telegram/7", "telegram/8", "web/7")}
    for sender in ("Ada", "Bob"):
        for chat in talks:
            await stored.say(chat, "hi", sender=sender)
    noon = MORNING + timedelta(minutes=3)

    async def found(where: LogFilter) -> list[int]:
        return [logged.id async for logged in stored.conversations.turns(where)]

    assert await found(EVERYTHING) == [1, 2, 3, 4, 5, 6]
    assert await found(LogFilter(channel="telegram")) == [1, 2, 4, 5]
    assert await found(LogFilter(channel="telegram", chat="8")) == [2, 5]
    assert await found(LogFilter(person="Bob")) == [4, 5, 6]
    assert await found(LogFilter(person="u1")) == [1, 2, 3, 4, 5, 6]
    assert await found(LogFilter(person="ada")) == []
    assert await found(LogFilter(since=noon)) == [3, 4, 5, 6]
    assert await found(LogFilter(until=noon)) == [1, 2]
    assert await found(LogFilter(conversation=talks["web/7"])) == [3, 6]
    assert await found(LogFilter(conversation=talks["web/7"], person="Ada", since=noon, until=MORNING)) == []


async def test_more_turns_than_a_page_come_once_and_in_order(stored: Stored) -> None:
    ids = [await stored.say("telegram/7", str(n), str(n)) for n in range(250)]
    logged = [one async for one in stored.conversations.turns(EVERYTHING)]
    assert [one.id for one in logged] == ids
    assert [one.reply.text for one in logged if one.reply] == [str(n) for n in range(250)]


async def test_conversations_are_listed_by_their_newest_turn(stored: Stored) -> None:
    talks = [await stored.conversations.open("telegram", str(n)) for n in range(3)]
    silent = await stored.conversations.open("web", "0")
    for n in (2, 0, 1, 0):
        await stored.say(f"telegram/{n}", "hi", sender="Ada" if n else "Bob")

    async def listed(where: LogFilter) -> list[tuple[int, int]]:
        return [(one.id, one.turns) async for one in stored.conversations.summaries(where)]

    assert await listed(EVERYTHING) == [(talks[0], 2), (talks[1], 1), (talks[2], 1), (silent, 0)]
    assert await listed(LogFilter(person="Ada")) == [(talks[1], 1), (talks[2], 1)]
    assert await listed(LogFilter(since=MORNING + timedelta(minutes=3))) == [(talks[0], 1), (talks[1], 1)]
    assert await listed(LogFilter(channel="web")) == [(silent, 0)]
    assert await listed(LogFilter(conversation=talks[2])) == [(talks[2], 1)]
    first = await anext(stored.conversations.summaries(EVERYTHING))
    assert (first.channel, first.chat, first.started_at) == ("telegram", "0", MORNING)
    assert first.last_at == MORNING + timedelta(minutes=4)


async def test_more_conversations_than_a_page_are_listed_once(stored: Stored) -> None:
    for n in range(230):
        await stored.say(f"telegram/{n}", "hi")
    chats = [one.chat async for one in stored.conversations.summaries(EVERYTHING)]
    assert chats == [str(n) for n in reversed(range(230))]
