"""Conversations in the database; the port in ``ports/conversations.py`` says what each operation means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, insert, select, update

from agents.values import Answered, Reply, Turn
from storage import chats, ratings
from storage.clock import Clock, utc_now
from storage.database import Database
from storage.errors import StorageMissing
from storage.hearing import Said, keep, kept_parts
from storage.history import utterances
from storage.logged import last_turns, part_with, turn_of, turn_of_inbox, turn_of_message, turn_page
from storage.ports import ConversationSummary, Heard, LogFilter, LoggedPart, LoggedTurn, MediaStore, Rating
from storage.records import observation_record, reply_of, reply_record, trace_record
from storage.replacing import stand_for_earlier
from storage.summaries import Cursor, summary_page
from storage.tables import OBSERVATIONS, REPLIES, TRACES, TURNS

__all__ = ["SqlConversations"]

_PAGE = 100
# Made once: making a statement costs more than SQLite needs to carry it out.
_HEARD = select(TURNS.c.id, TURNS.c.conversation_id).where(TURNS.c.inbox_id == bindparam("inbox"))
_EXISTS = select(TURNS.c.id).where(TURNS.c.id == bindparam("turn"))
_CLOSE = (
    update(TURNS)
    .where(TURNS.c.id == bindparam("turn"), TURNS.c.answered_at.is_(None))
    .values(answered_at=bindparam("now"))
    .returning(TURNS.c.replaces)
)
_KEEP_REPLY = insert(REPLIES)
_KEEP_TRACE = insert(TRACES)
_KEEP_OBSERVATIONS = insert(OBSERVATIONS)
_REPLY = select(*REPLIES.c).join(TURNS, TURNS.c.id == REPLIES.c.turn_id).where(TURNS.c.inbox_id == bindparam("inbox"))


class SqlConversations:
    """Fills ``storage.ports.Conversations``."""

    def __init__(self, database: Database, media: MediaStore, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._media = media
        self._clock = clock

    async def open(self, channel: str, chat: str) -> int:
        found = await self._database.read(partial(chats.current, channel=channel, chat=chat))
        if found is not None:
            return found
        return await self._database.write(lambda c: chats.opened(c, channel, chat, self._clock()))

    async def reset(self, channel: str, chat: str) -> int:
        return await self._database.write(lambda c: chats.begin(c, channel, chat, self._clock()))

    async def hear(
        self,
        channel: str,
        chat: str,
        turn: Turn,
        *,
        sender_id: str | None = None,
        inbox: int | None = None,
        remembered: int = 0,
        messages: Sequence[str | None] = (),
        replaces: int | None = None,
    ) -> Heard:
        parts = await kept_parts(self._media, turn, messages)
        said = Said(channel, chat, turn, parts, sender_id, inbox, replaces, self._clock())
        return await self._database.write(lambda c: _with_history(c, _heard(c, said), said, remembered))

    async def turn(self, channel: str, chat: str, turn: int) -> LoggedTurn | None:
        return await self._database.read(partial(turn_of, channel=channel, chat=chat, turn=turn))

    async def of_message(
        self, channel: str, chat: str, message: str, *, before: int | None = None, topics: bool = False
    ) -> LoggedTurn | None:
        asked = partial(turn_of_message, channel=channel, chat=chat, message=message, before=before, topics=topics)
        return await self._database.read(asked)

    async def rate(self, channel: str, chat: str, turn: int, rating: Rating) -> None:
        thought = partial(ratings.rate, channel=channel, chat=chat, turn=turn, rating=rating, now=self._clock())
        await self._database.write(thought)

    async def unrate(self, channel: str, chat: str, turn: int, sender_id: str) -> None:
        forgotten = partial(ratings.unrate, channel=channel, chat=chat, turn=turn, sender_id=sender_id)
        await self._database.write(forgotten)

    async def move(self, channel: str, chat: str, to: str) -> None:
        await self._database.write(partial(chats.move, channel=channel, chat=chat, to=to))

    async def of_inbox(self, inbox: int) -> LoggedTurn | None:
        return await self._database.read(partial(turn_of_inbox, inbox=inbox))

    async def answer(self, turn: int, answered: Answered) -> None:
        await self._database.write(partial(_answer, turn=turn, answered=answered, now=self._clock()))

    async def latest(self, channel: str, chat: str, *, limit: int, before: int | None = None) -> list[LoggedTurn]:
        last = partial(last_turns, channel=channel, chat=chat, limit=limit, before=before)
        return await self._database.read(last)

    async def shown_in(self, channel: str, chat: str, media: str) -> LoggedPart | None:
        return await self._database.read(partial(part_with, channel=channel, chat=chat, media=media))

    async def summaries(self, where: LogFilter) -> AsyncIterator[ConversationSummary]:
        cursor: Cursor | None = None
        while True:
            page = partial(summary_page, where=where, behind=cursor, limit=_PAGE)
            found, cursor = await self._database.read(page)
            for summary in found:
                yield summary
            if cursor is None:
                return

    async def turns(self, where: LogFilter) -> AsyncIterator[LoggedTurn]:
        after = 0
        while page := await self._database.read(partial(turn_page, where=where, after=after, limit=_PAGE)):
            for turn in page:
                yield turn
            after = page[-1].id


def _heard(connection: Connection, said: Said) -> Heard:
    """The turn as it is kept now, or was before for the same inbox row."""
    if (known := _known(connection, said.inbox)) is not None:
        return Heard(*known, reply=_reply(connection, said.inbox))
    return Heard(*keep(connection, said))


def _known(connection: Connection, inbox: int | None) -> tuple[int, int] | None:
    """The turn kept for the inbox row, and its conversation."""
    if inbox is None:
        return None
    found = connection.execute(_HEARD, {"inbox": inbox}).one_or_none()
    return None if found is None else (found[0], found[1])


def _reply(connection: Connection, inbox: int | None) -> Reply | None:
    row = connection.execute(_REPLY, {"inbox": inbox}).mappings().one_or_none()
    return None if row is None else reply_of(row)


def _with_history(connection: Connection, kept: Heard, said: Said, remembered: int) -> Heard:
    """With none where the chat has begun a new conversation since: what was said before is not used any more."""
    if not remembered or kept.conversation != chats.current(connection, channel=said.channel, chat=said.chat):
        return kept
    history = utterances(connection, conversation=kept.conversation, limit=remembered, turn=kept.turn)
    return replace(kept, history=tuple(history))


def _answer(connection: Connection, *, turn: int, answered: Answered, now: datetime) -> None:
    closed = connection.execute(_CLOSE, {"turn": turn, "now": now}).one_or_none()
    if closed is None:
        if connection.execute(_EXISTS, {"turn": turn}).one_or_none() is None:
            raise StorageMissing("turn")
        return
    if closed.replaces is not None:
        stand_for_earlier(connection, turn)
    connection.execute(_KEEP_REPLY, reply_record(answered.reply) | {"turn_id": turn})
    connection.execute(_KEEP_TRACE, trace_record(answered.trace) | {"turn_id": turn})
    observed = [
        observation_record(observation) | {"turn_id": turn, "position": position}
        for position, observation in enumerate(answered.observations)
    ]
    if observed:
        connection.execute(_KEEP_OBSERVATIONS, observed)
