"""What a door that shows whole chats needs of every storage: the SQL implementation and the in-memory twins."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from agents.values import Photo, Text, Turn
from storage.conversations import SqlConversations
from storage.database import Database
from storage.errors import StorageBusy, StorageClosed
from storage.inbox import SqlInbox
from storage.media import FileMediaStore, key_of
from storage.memory import MemoryConversations, MemoryInbox, MemoryMedia
from storage.ports import Conversations, Inbox
from tests.storage.makers import Clock, answered, arrival, photo_turn, seen, turn, url

WEB = ("web", "a")


@dataclass(frozen=True)
class Kept:
    conversations: Conversations
    inbox: Inbox
    clock: Clock

    async def say(
        self, text: str, reply: str | None = None, *, where: tuple[str, str] = WEB, inbox: int | None = None
    ) -> int:
        self.clock.move(minutes=1)
        kept = await self.conversations.hear(*where, turn(text), inbox=inbox)
        if reply is not None:
            await self.conversations.answer(kept.turn, answered(reply))
        return kept.turn


@pytest.fixture(params=["sql", "memory"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    clock = Clock()
    if request.param == "memory":
        inbox = MemoryInbox(clock=clock)
        yield Kept(MemoryConversations(MemoryMedia(), inbox=inbox, clock=clock), inbox, clock)
        return
    database = await Database.open(url(tmp_path))
    media = await FileMediaStore.open(tmp_path / "media")
    yield Kept(SqlConversations(database, media, clock=clock), SqlInbox(database, clock=clock), clock)
    await database.close()


async def texts(kept: Kept, limit: int = 10, before: int | None = None) -> list[str | None]:
    return [one.parts[0].text for one in await kept.conversations.latest(*WEB, limit=limit, before=before)]


async def test_the_latest_turns_come_oldest_first_and_page_by_page(kept: Kept) -> None:
    ids = [await kept.say(str(number), reply="fine") for number in range(5)]
    assert await texts(kept, limit=2) == ["3", "4"]
    assert await texts(kept, limit=2, before=ids[3]) == ["1", "2"]
    assert await texts(kept, limit=2, before=ids[1]) == ["0"]
    assert await texts(kept, before=ids[0]) == []
    assert await texts(kept, limit=0) == []


async def test_the_latest_turns_are_whole(kept: Kept) -> None:
    conversation = await kept.conversations.open(*WEB)
    (row,) = await kept.inbox.accept([arrival("a:1", chat="a", channel="web")])
    assert row is not None
    heard = (await kept.conversations.hear(*WEB, photo_turn("What is it?"), inbox=row.id)).turn
    said = answered("An exit.", seen())
    await kept.conversations.answer(heard, replace(said, reply=replace(said.reply, stopped=True)))
    unanswered = await kept.say("And now?")
    whole, waiting = await kept.conversations.latest(*WEB, limit=2)
    assert (whole.id, whole.key, whole.conversation, whole.channel, whole.chat) == (heard, "a:1", conversation, *WEB)
    assert [part.kind for part in whole.parts] == ["text", "photo", "text"]
    assert whole.reply is not None
    assert (whole.reply.text, whole.reply.stopped) == ("An exit.", True)
    assert [observation.text for observation in whole.observations] == ["EXIT"]
    assert (waiting.id, waiting.key, waiting.reply) == (unanswered, None, None)


async def test_the_latest_turns_are_those_of_the_current_conversation_of_this_chat(kept: Kept) -> None:
    assert await texts(kept) == []
    await kept.say("old", reply="fine")
    await kept.say("another's", reply="fine", where=("web", "b"))
    await kept.say("elsewhere", reply="fine", where=("telegram", "a"))
    assert await texts(kept) == ["old"]
    await kept.conversations.reset(*WEB)
    assert await texts(kept) == []
    await kept.say("new", reply="fine")
    assert await texts(kept) == ["new"]


async def test_a_turn_keeps_its_key_as_long_as_its_row_is_kept(kept: Kept) -> None:
    (row,) = await kept.inbox.accept([arrival("a:1", chat="a", channel="web")])
    assert row is not None
    await kept.say("hello", reply="fine", inbox=row.id)
    await kept.inbox.start(row.id)
    await kept.inbox.done(row.id)
    assert [one.key for one in await kept.conversations.latest(*WEB, limit=1)] == ["a:1"]
    kept.clock.move(days=8)
    assert await kept.inbox.expire(7) == 1
    assert [one.key for one in await kept.conversations.latest(*WEB, limit=1)] == [None]


async def test_media_are_shown_in_the_chats_that_have_them_and_no_others(kept: Kept) -> None:
    data = b"\xff\xd8 mine"
    await kept.conversations.hear(*WEB, Turn((Text("look"), Photo(data, "image/webp"))))
    part = await kept.conversations.shown_in(*WEB, key_of(data))
    assert part is not None
    assert (part.kind, part.media, part.media_type) == ("photo", key_of(data), "image/webp")
    assert await kept.conversations.shown_in("web", "b", key_of(data)) is None
    assert await kept.conversations.shown_in("telegram", "a", key_of(data)) is None
    assert await kept.conversations.shown_in(*WEB, key_of(b"another")) is None
    await kept.conversations.reset(*WEB)
    assert await kept.conversations.shown_in(*WEB, key_of(data)) is not None


async def test_dead_letters_of_a_chat_are_its_newest(kept: Kept) -> None:
    arrivals = [arrival(f"{chat}:{n}", chat=chat, channel="web") for chat in "ab" for n in range(3)]
    rows = await kept.inbox.accept([*arrivals, arrival("a:9", chat="a")])
    for row in rows:
        assert row is not None
        await kept.inbox.start(row.id)
        await kept.inbox.bury(row.id, "broken")
    assert [row.key for row in await kept.inbox.dead_of(*WEB, limit=2)] == ["a:1", "a:2"]
    assert [row.key for row in await kept.inbox.dead_of(*WEB, limit=10)] == ["a:0", "a:1", "a:2"]
    assert rows[1] is not None
    await kept.inbox.revive(rows[1].id)
    assert [row.key for row in await kept.inbox.dead_of(*WEB, limit=10)] == ["a:0", "a:2"]


async def test_a_database_is_writable_until_somebody_holds_it_or_it_is_closed(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path), patience=0.2)
    await database.writable()
    other = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy):
        await database.writable()
    other.execute("ROLLBACK")
    other.close()
    await asyncio.gather(*(database.writable() for _ in range(20)))
    await database.close()
    with pytest.raises(StorageClosed):
        await database.writable()
