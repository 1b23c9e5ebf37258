"""What every storage does with a chat that goes by another name."""

from __future__ import annotations

import pytest

from storage.ports import LogFilter
from tests.contracts.conftest import Stored
from tests.contracts.talk import Talk
from tests.storage.makers import arrival

CHAT = ("telegram", "7")


@pytest.fixture
def talk(stored: Stored) -> Talk:
    return Talk(stored)


async def test_a_chat_with_a_new_name_goes_on_where_it_was(talk: Talk) -> None:
    await talk.say("before")
    await talk.stored.conversations.reset(*CHAT)
    last, row = await talk.say("hello", "1")
    await talk.stored.preferences.prefer(*CHAT, "transcript", "never")
    (waiting,) = await talk.stored.inbox.accept([arrival("waits")])
    await talk.stored.conversations.move(*CHAT, "-100")
    moved = Talk(talk.stored, "-100")
    assert await moved.history() == ["hello"]
    assert len([one async for one in talk.stored.conversations.summaries(LogFilter(chat="-100"))]) == 2
    assert [one async for one in talk.stored.conversations.summaries(LogFilter(chat="7"))] == []
    assert (await moved.whole(last)).chat == "-100"
    assert await talk.stored.preferences.of(*CHAT) == {}
    assert await talk.stored.preferences.of("telegram", "-100") == {"transcript": "never"}
    rows = await talk.stored.inbox.waiting(*CHAT, after=row, limit=9)
    assert rows == [waiting]


async def test_messages_stay_under_the_name_their_chat_had(talk: Talk) -> None:
    number, row = await talk.say("hello", "1")
    await talk.stored.conversations.move(*CHAT, "-100")
    await talk.stored.inbox.done(row, "2")
    moved = Talk(talk.stored, "-100")
    assert (await moved.of("1"), await talk.of("1")) == (None, number)
    assert (await moved.of("2"), await talk.of("2")) == (number, None)


@pytest.mark.parametrize("last", ["7", "-100"])
async def test_of_two_chats_that_become_one_the_newer_turn_says_where_it_goes_on(last: str, stored: Stored) -> None:
    old, new = Talk(stored), Talk(stored, "-100")
    for one in (old, new) if last == "-100" else (new, old):
        await one.say(f"said in {one.chat}")
    await stored.preferences.prefer(*CHAT, "language", "zh")
    await stored.preferences.prefer(*CHAT, "transcript", "never")
    await stored.preferences.prefer("telegram", "-100", "language", "en")
    await stored.conversations.move(*CHAT, "-100")
    assert await stored.preferences.of("telegram", "-100") == {"language": "en", "transcript": "never"}
    assert [one.parts[0].text for one in await stored.conversations.latest("telegram", "-100", limit=9)] == [
        f"said in {last}"
    ]
    assert await new.history() == [f"said in {last}"]
    begun = await stored.conversations.reset("telegram", "-100")
    assert await stored.conversations.open("telegram", "-100") == begun
    assert await new.history() == []


async def test_a_chat_that_was_begun_anew_stays_so_under_its_new_name(talk: Talk) -> None:
    await talk.say("old")
    begun = await talk.stored.conversations.reset(*CHAT)
    await talk.stored.conversations.move(*CHAT, "-100")
    assert await talk.stored.conversations.open("telegram", "-100") == begun


async def test_a_chat_that_keeps_its_name_keeps_its_choices(stored: Stored) -> None:
    await stored.preferences.prefer(*CHAT, "language", "zh")
    await stored.conversations.move(*CHAT, "7")
    assert await stored.preferences.of(*CHAT) == {"language": "zh"}
    await stored.conversations.move("web", "nobody", "somebody")
    assert [one async for one in stored.conversations.summaries(LogFilter())] == []
