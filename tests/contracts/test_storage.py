"""What every storage keeps to: the SQL implementation with files, and the in-memory twins."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents.values import Photo, Reply, Role, Text, Turn, Unread, UnreadReason, Utterance, Voice
from storage.conversations import SqlConversations
from storage.database import Database
from storage.errors import StorageMissing
from storage.inbox import SqlInbox
from storage.media import FileMediaStore
from storage.memory import MemoryConversations, MemoryInbox, MemoryMedia
from storage.ports import Conversations, Inbox, InboxState, LogFilter, LoggedPart, MediaStore
from tests.storage.makers import MORNING, Clock, answered, arrival, not_heard, photo_turn, seen, turn, url

EVERYTHING = LogFilter()
NASTY = "a\x00b \ud83d c \U0001f600 你好 \x1b[31m"
TAMED = "a\ufffdb \ufffd c \U0001f600 你好 \x1b[31m"


@dataclass(frozen=True)
class Kept:
    conversations: Conversations
    inbox: Inbox
    media: MediaStore
    clock: Clock

    async def say(self, chat: str, text: str, reply: str | None = None, **facts: str) -> int:
        """A turn heard and, with ``reply``, answered, a minute after the one before; ``chat`` as in telegram/7."""
        self.clock.move(minutes=1)
        said = turn(text, sender=facts.get("sender"))
        kept = await self.conversations.hear(*chat.split("/"), said, sender_id="u1")  # type: ignore[misc]
        if reply is not None:
            await self.conversations.answer(kept.turn, answered(reply))
        return kept.turn

    async def history(self, chat: str, limit: int) -> list[Utterance]:
        """What the next turn of the chat would be handed of the past."""
        heard = await self.conversations.hear(*chat.split("/"), turn("now"), remembered=limit)  # type: ignore[misc]
        return list(heard.history)


@pytest.fixture(params=["sql", "memory"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    clock = Clock()
    if request.param == "memory":
        twin = MemoryMedia()
        yield Kept(MemoryConversations(twin, clock=clock), MemoryInbox(clock=clock), twin, clock)
        return
    database = await Database.open(url(tmp_path))
    media = await FileMediaStore.open(tmp_path / "media")
    yield Kept(SqlConversations(database, media, clock=clock), SqlInbox(database, clock=clock), media, clock)
    await database.close()


# Media


async def test_media_come_back_by_the_hash_of_their_bytes(kept: Kept) -> None:
    key = await kept.media.put(b"sound")
    assert key == hashlib.sha256(b"sound").hexdigest()
    assert await kept.media.put(b"sound") == key
    assert await kept.media.get(key) == b"sound"
    assert kept.media.path(key).name == key
    assert await kept.media.get(await kept.media.put(b"")) == b""


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", "A" * 64, "0" * 64 + "\n"])
async def test_absent_media_are_missing_and_no_name_leads_elsewhere(kept: Kept, key: str) -> None:
    with pytest.raises(StorageMissing):
        await kept.media.get(key)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "A" * 64, "0" * 64 + "\n"])
async def test_there_is_no_path_for_what_is_no_key(kept: Kept, key: str) -> None:
    with pytest.raises(StorageMissing):
        kept.media.path(key)


# Inbox


async def unfinished(inbox: Inbox) -> list[str]:
    return [row.key async for row in inbox.unfinished()]


async def test_arrivals_are_kept_in_order_and_once(kept: Kept) -> None:
    rows = await kept.inbox.accept([arrival("a"), arrival("b"), arrival("a"), arrival("a", channel="web")])
    assert [row and (row.channel, row.key) for row in rows] == [
        ("telegram", "a"),
        ("telegram", "b"),
        None,
        ("web", "a"),
    ]
    assert await kept.inbox.accept([arrival("b"), arrival("c")]) == [None, rows_by_key(await all_rows(kept))["c"]]
    assert [row.id for row in await all_rows(kept)] == sorted(row.id for row in await all_rows(kept))
    assert await kept.inbox.accept([]) == []


async def all_rows(kept: Kept) -> list:
    return [row async for row in kept.inbox.unfinished()]


def rows_by_key(rows: list) -> dict:
    return {row.key: row for row in rows}


async def test_a_fresh_row_tells_all_it_was_given(kept: Kept) -> None:
    (row,) = await kept.inbox.accept([arrival("k", chat="é", payload='{"text": "你好"}')])
    assert row is not None
    assert (row.channel, row.chat, row.key, row.payload) == ("telegram", "é", "k", '{"text": "你好"}')
    assert (row.state, row.attempts, row.delivered, row.error) == (InboxState.NEW, 0, 0, None)
    assert row.accepted_at == MORNING
    assert await all_rows(kept) == [row]


async def test_work_on_a_row_is_counted_and_ends(kept: Kept) -> None:
    (row,) = await kept.inbox.accept([arrival("a")])
    assert row is not None
    assert await kept.inbox.start(row.id) == replace(row, state=InboxState.RUNNING, attempts=1, head=row.id)
    await kept.inbox.delivered(row.id, 2)
    await kept.inbox.retry(row.id, "model-late")
    again = await kept.inbox.start(row.id)
    assert again == replace(row, state=InboxState.RUNNING, attempts=2, delivered=2, error="model-late", head=row.id)
    assert await all_rows(kept) == [again]
    await kept.inbox.done(row.id)
    await kept.inbox.done(row.id)
    assert await all_rows(kept) == []
    with pytest.raises(StorageMissing):
        await kept.inbox.start(row.id)


async def test_dead_letters_are_kept_listed_and_revived(kept: Kept) -> None:
    (row,) = await kept.inbox.accept([arrival("a")])
    assert row is not None
    await kept.inbox.start(row.id)
    await kept.inbox.bury(row.id, "media-unreadable")
    dead = replace(row, state=InboxState.DEAD, attempts=1, error="media-unreadable", head=row.id)
    assert [found async for found in kept.inbox.dead()] == [dead]
    assert await unfinished(kept.inbox) == []
    assert await kept.inbox.accept([arrival("a")]) == [None]
    with pytest.raises(StorageMissing):
        await kept.inbox.done(row.id)
    assert await kept.inbox.revive(row.id)
    assert await all_rows(kept) == [replace(row, error="media-unreadable", head=row.id)]
    assert not await kept.inbox.revive(row.id)
    assert not await kept.inbox.revive(999)


async def test_no_row_no_change(kept: Kept) -> None:
    for change in (kept.inbox.start, kept.inbox.done):
        with pytest.raises(StorageMissing):
            await change(999)
    for change_with_code in (kept.inbox.retry, kept.inbox.bury):
        with pytest.raises(StorageMissing):
            await change_with_code(999, "code")
    with pytest.raises(StorageMissing):
        await kept.inbox.delivered(999, 1)


async def test_a_chat_reads_on_in_its_own_rows(kept: Kept) -> None:
    accepted = await kept.inbox.accept([arrival(str(n), chat=str(n % 2)) for n in range(10)])
    rows = [row for row in accepted if row is not None]
    await kept.inbox.start(rows[3].id)
    await kept.inbox.done(rows[5].id)
    waiting = await kept.inbox.waiting("telegram", "1", after=rows[1].id, limit=2)
    assert [row.key for row in waiting] == ["3", "7"]
    assert await kept.inbox.waiting("web", "1", after=0, limit=9) == []


async def test_more_unfinished_rows_than_a_page_come_once_and_in_order(kept: Kept) -> None:
    await kept.inbox.accept([arrival(str(n)) for n in range(450)])
    assert await unfinished(kept.inbox) == [str(n) for n in range(450)]


async def test_expiry_forgets_old_done_rows_only(kept: Kept) -> None:
    old = [row for row in await kept.inbox.accept([arrival("done"), arrival("new"), arrival("dead")]) if row]
    await kept.inbox.done(old[0].id)
    await kept.inbox.bury(old[2].id, "code")
    kept.clock.move(days=8)
    (recent,) = await kept.inbox.accept([arrival("recent")])
    assert recent is not None
    await kept.inbox.done(recent.id)
    assert await kept.inbox.expire(7) == 1
    assert await kept.inbox.expire(7) == 0
    keys = ["done", "new", "dead", "recent"]
    accepted = await kept.inbox.accept([arrival(key) for key in keys])
    assert [row is not None for row in accepted] == [True, False, False, False]
    assert accepted[0] is not None
    assert accepted[0].id > recent.id  # an id is never given out twice: turns remember it


# Conversations


async def test_a_chat_has_one_conversation_until_it_is_reset(kept: Kept) -> None:
    first = await kept.conversations.open("telegram", "7")
    assert await kept.conversations.open("telegram", "7") == first
    assert await kept.conversations.open("web", "7") != first
    second = await kept.conversations.reset("telegram", "7")
    assert second != first
    assert await kept.conversations.open("telegram", "7") == second


async def test_a_turn_is_kept_once_for_its_inbox_row(kept: Kept) -> None:
    hear = kept.conversations.hear

    async def answered_for(row: int) -> Reply | None:
        found = await kept.conversations.of_inbox(row)
        return None if found is None else found.reply

    first = await hear("telegram", "7", turn("hi"), inbox=5)
    assert (first.reply, await answered_for(5), await answered_for(6)) == (None, None, None)
    await kept.conversations.reset("telegram", "7")
    assert await hear("telegram", "7", turn("hi"), inbox=5) == first
    await kept.conversations.answer(first.turn, answered("hello"))
    assert await hear("telegram", "7", turn("hi"), inbox=5) == replace(first, reply=answered("hello").reply)
    assert await answered_for(5) == answered("hello").reply
    assert (await hear("telegram", "7", turn("hi"), inbox=6)).turn != first.turn
    assert len([logged async for logged in kept.conversations.turns(EVERYTHING)]) == 2


async def test_a_turn_goes_to_the_current_conversation_of_its_chat(kept: Kept) -> None:
    first = await kept.conversations.hear("telegram", "7", turn("hi"))
    assert first.conversation == await kept.conversations.open("telegram", "7")
    assert (await kept.conversations.hear("telegram", "7", turn("hi"))).conversation == first.conversation
    anew = await kept.conversations.reset("telegram", "7")
    assert (await kept.conversations.hear("telegram", "7", turn("hi"))).conversation == anew


async def test_an_answered_turn_comes_back_whole(kept: Kept) -> None:
    parts = (
        Text("what?"),
        Photo(b"photo", "image/png", quoted=True),
        Voice(b""),
        Unread("poll", UnreadReason.UNSUPPORTED),
    )
    heard, conversation, *_ = astuple(
        await kept.conversations.hear("telegram", "7", Turn(parts, sender="Ada"), sender_id="u1", inbox=1)
    )
    kept.clock.move(seconds=3)
    given = answered("It says EXIT.", seen(), not_heard())
    await kept.conversations.answer(heard, given)
    (logged,) = [one async for one in kept.conversations.turns(EVERYTHING)]
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
    assert await kept.media.get(logged.parts[1].media or "") == b"photo"
    assert await kept.conversations.of_inbox(1) == logged


async def test_the_first_answer_stays(kept: Kept) -> None:
    heard = await kept.say("telegram/7", "hi", "first")
    await kept.conversations.answer(heard, answered("second", seen()))
    (logged,) = [one async for one in kept.conversations.turns(EVERYTHING)]
    assert logged.reply == Reply("first", "en", (), True)
    assert logged.observations == ()


async def test_nothing_is_answered_before_it_was_said(kept: Kept) -> None:
    with pytest.raises(StorageMissing):
        await kept.conversations.answer(42, answered("hello"))
    assert await kept.conversations.of_inbox(42) is None


async def test_history_is_the_last_answered_turns_before_this_one(kept: Kept) -> None:
    for n in range(5):
        await kept.say("telegram/7", f"q{n}", f"a{n}")
        await kept.say("telegram/8", "elsewhere", "elsewhere")
    await kept.say("telegram/7", "unanswered")
    now = await kept.conversations.hear("telegram", "7", turn("now"), inbox=1)
    await kept.say("telegram/7", "after", "after")
    again = await kept.conversations.hear("telegram", "7", turn("now"), inbox=1, remembered=2)
    assert (again.turn, list(again.history)) == (
        now.turn,
        [
            Utterance(Role.USER, "q3"),
            Utterance(Role.ASSISTANT, "a3"),
            Utterance(Role.USER, "q4"),
            Utterance(Role.ASSISTANT, "a4"),
        ],
    )
    assert len(await kept.history("telegram/7", 20)) == 12
    assert await kept.history("telegram/7", 0) == []
    await kept.conversations.reset("telegram", "7")
    assert await kept.history("telegram/7", 20) == []


async def test_history_tells_what_was_typed_now_and_what_was_seen(kept: Kept) -> None:
    heard = await kept.conversations.hear("telegram", "7", photo_turn("what does it say?"))
    await kept.conversations.answer(heard.turn, answered("EXIT.", seen(), not_heard()))
    assert await kept.history("telegram/7", 5) == [
        Utterance(Role.USER, "what does it say?", (seen(), not_heard())),
        Utterance(Role.ASSISTANT, "EXIT."),
    ]


async def test_text_no_database_holds_is_replaced_not_refused(kept: Kept) -> None:
    conversation = await kept.conversations.open(NASTY, NASTY)
    assert await kept.conversations.open(NASTY, NASTY) == conversation
    heard, told, *_ = astuple(await kept.conversations.hear(NASTY, NASTY, turn(NASTY, sender=NASTY), sender_id=NASTY))
    assert told == conversation
    await kept.conversations.answer(heard, answered(NASTY, seen(NASTY, float("nan")), detail=NASTY))
    (logged,) = [one async for one in kept.conversations.turns(LogFilter(person=NASTY, chat=NASTY, channel=NASTY))]
    assert (logged.channel, logged.chat, logged.sender, logged.sender_id) == (TAMED,) * 4
    assert logged.parts == (LoggedPart("text", text=TAMED),)
    assert logged.observations == (seen(TAMED, 0.0),)
    assert logged.reply is not None
    assert logged.reply.text == TAMED
    assert logged.trace is not None
    assert (logged.trace.steps[1].input, logged.trace.steps[1].output) == (TAMED, TAMED)
    (row,) = await kept.inbox.accept([arrival(NASTY, chat=NASTY, payload=NASTY)])
    assert row is not None
    assert (row.key, row.chat, row.payload) == (TAMED, TAMED, TAMED)
    assert await kept.inbox.waiting("telegram", NASTY, after=0, limit=1) == [row]
    assert await kept.inbox.accept([arrival(NASTY)]) == [None]


async def test_a_hundred_thousand_characters_are_kept(kept: Kept) -> None:
    long = "长x" * 50_000
    await kept.say("telegram/7", long, long)
    assert [side.text for side in await kept.history("telegram/7", 1)] == [long, long]


async def test_turns_are_found_by_channel_chat_person_date_and_conversation(kept: Kept) -> None:
    talks = {chat: await kept.conversations.open(*chat.split("/")) for chat in ("telegram/7", "telegram/8", "web/7")}
    for sender in ("Ada", "Bob"):
        for chat in talks:
            await kept.say(chat, "hi", sender=sender)
    noon = MORNING + timedelta(minutes=3)

    async def found(where: LogFilter) -> list[int]:
        return [logged.id async for logged in kept.conversations.turns(where)]

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


async def test_more_turns_than_a_page_come_once_and_in_order(kept: Kept) -> None:
    ids = [await kept.say("telegram/7", str(n), str(n)) for n in range(250)]
    logged = [one async for one in kept.conversations.turns(EVERYTHING)]
    assert [one.id for one in logged] == ids
    assert [one.reply.text for one in logged if one.reply] == [str(n) for n in range(250)]


async def test_conversations_are_listed_by_their_newest_turn(kept: Kept) -> None:
    talks = [await kept.conversations.open("telegram", str(n)) for n in range(3)]
    silent = await kept.conversations.open("web", "0")
    for n in (2, 0, 1, 0):
        await kept.say(f"telegram/{n}", "hi", sender="Ada" if n else "Bob")

    async def listed(where: LogFilter) -> list[tuple[int, int]]:
        return [(one.id, one.turns) async for one in kept.conversations.summaries(where)]

    assert await listed(EVERYTHING) == [(talks[0], 2), (talks[1], 1), (talks[2], 1), (silent, 0)]
    assert await listed(LogFilter(person="Ada")) == [(talks[1], 1), (talks[2], 1)]
    assert await listed(LogFilter(since=MORNING + timedelta(minutes=3))) == [(talks[0], 1), (talks[1], 1)]
    assert await listed(LogFilter(channel="web")) == [(silent, 0)]
    assert await listed(LogFilter(conversation=talks[2])) == [(talks[2], 1)]
    first = await anext(kept.conversations.summaries(EVERYTHING))
    assert (first.channel, first.chat, first.started_at) == ("telegram", "0", MORNING)
    assert first.last_at == MORNING + timedelta(minutes=4)


async def test_more_conversations_than_a_page_are_listed_once(kept: Kept) -> None:
    for n in range(230):
        await kept.say(f"telegram/{n}", "hi")
    chats = [one.chat async for one in kept.conversations.summaries(EVERYTHING)]
    assert chats == [str(n) for n in reversed(range(230))]
