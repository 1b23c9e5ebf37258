"""Conversations in the database; the port in ``ports.py`` says what each operation means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from agents.values import Answered, Medium, Reply, Turn
from storage.clock import Clock, utc_now
from storage.database import Database
from storage.errors import StorageMissing
from storage.history import Cursor, last_turns, part_with, summary_page, turn_page, utterances
from storage.ports import ConversationSummary, Heard, LogFilter, LoggedPart, LoggedTurn, MediaStore
from storage.records import logged_part, observation_record, reply_of, reply_record, trace_record
from storage.tables import ConversationRow, MediaRow, ObservationRow, PartRow, ReplyRow, TraceRow, TurnRow

__all__ = ["SqlConversations", "kept_parts"]

_PAGE = 100
# Made once: making a statement costs more than SQLite needs to carry it out.
_CURRENT = (
    select(ConversationRow.id)
    .where(ConversationRow.channel == bindparam("channel"), ConversationRow.chat == bindparam("chat"))
    .order_by(ConversationRow.id.desc())
    .limit(1)
)
_BEGIN = insert(ConversationRow).returning(ConversationRow.id)
_HEARD = select(TurnRow.id, TurnRow.conversation_id).where(TurnRow.inbox_id == bindparam("inbox"))
_HEAR = insert(TurnRow).returning(TurnRow.id)
_KEEP_MEDIA = insert_or(MediaRow).on_conflict_do_nothing(index_elements=["key"])
_KEEP_PARTS = insert(PartRow)
_MOVE_UP = update(ConversationRow).where(ConversationRow.id == bindparam("of")).values(last_turn=bindparam("turn"))
_EXISTS = select(TurnRow.id).where(TurnRow.id == bindparam("turn"))
_CLOSE = (
    update(TurnRow)
    .where(TurnRow.id == bindparam("turn"), TurnRow.answered_at.is_(None))
    .values(answered_at=bindparam("now"))
    .returning(TurnRow.id)
)
_KEEP_REPLY = insert(ReplyRow)
_KEEP_TRACE = insert(TraceRow)
_KEEP_OBSERVATIONS = insert(ObservationRow)
_REPLY = (
    select(*ReplyRow.__table__.columns)
    .join(TurnRow, TurnRow.id == ReplyRow.turn_id)
    .where(TurnRow.inbox_id == bindparam("inbox"))
)


class SqlConversations:
    """Fills ``storage.ports.Conversations``."""

    def __init__(self, database: Database, media: MediaStore, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._media = media
        self._clock = clock

    async def open(self, channel: str, chat: str) -> int:
        if (found := await self._database.read(partial(_current, channel=channel, chat=chat))) is not None:
            return found
        return await self._database.write(lambda c: self._opened(c, channel, chat))

    async def reset(self, channel: str, chat: str) -> int:
        return await self._database.write(lambda c: self._begin(c, channel, chat))

    async def hear(
        self,
        channel: str,
        chat: str,
        turn: Turn,
        *,
        sender_id: str | None = None,
        inbox: int | None = None,
        remembered: int = 0,
    ) -> Heard:
        parts = await kept_parts(self._media, turn)
        values = {
            "inbox_id": inbox,
            "sender_id": sender_id,
            "sender": turn.sender,
            "locale": turn.locale,
            "received_at": self._clock(),
        }
        sizes = {
            part.media: len(said.data)
            for part, said in zip(parts, turn.parts, strict=True)
            if part.media is not None and isinstance(said, Medium)
        }

        def unit(connection: Connection) -> Heard:
            if (known := _known(connection, inbox)) is not None:
                kept = Heard(*known, reply=_reply(connection, inbox))
            else:
                conversation = self._opened(connection, channel, chat)
                kept = Heard(_hear(connection, values | {"conversation_id": conversation}, parts, sizes), conversation)
            return _with_history(connection, kept, remembered)

        return await self._database.write(unit)

    async def answered(self, inbox: int) -> Reply | None:
        return await self._database.read(lambda connection: _reply(connection, inbox))

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

    def _opened(self, connection: Connection, channel: str, chat: str) -> int:
        return _current(connection, channel=channel, chat=chat) or self._begin(connection, channel, chat)

    def _begin(self, connection: Connection, channel: str, chat: str) -> int:
        values = {"channel": channel, "chat": chat, "started_at": self._clock(), "last_turn": 0}
        return connection.execute(_BEGIN, values).scalar_one()


async def kept_parts(media: MediaStore, turn: Turn) -> list[LoggedPart]:
    """The turn's parts as stored, their bytes put into the media store."""

    keys = [await media.put(part.data) if isinstance(part, Medium) else None for part in turn.parts]
    return [logged_part(part, key) for part, key in zip(turn.parts, keys, strict=True)]


def _current(connection: Connection, *, channel: str, chat: str) -> int | None:
    return connection.execute(_CURRENT, {"channel": channel, "chat": chat}).scalar_one_or_none()


def _known(connection: Connection, inbox: int | None) -> tuple[int, int] | None:
    """The turn kept for the inbox row, and its conversation."""
    if inbox is None:
        return None
    found = connection.execute(_HEARD, {"inbox": inbox}).one_or_none()
    return None if found is None else (found[0], found[1])


def _reply(connection: Connection, inbox: int | None) -> Reply | None:
    row = connection.execute(_REPLY, {"inbox": inbox}).mappings().one_or_none()
    return None if row is None else reply_of(row)


def _with_history(connection: Connection, kept: Heard, remembered: int) -> Heard:
    if not remembered:
        return kept
    said = utterances(connection, conversation=kept.conversation, limit=remembered, before=kept.turn)
    return replace(kept, history=tuple(said))


def _hear(connection: Connection, values: dict[str, Any], parts: Sequence[LoggedPart], sizes: dict[str, int]) -> int:
    turn: int = connection.execute(_HEAR, values).scalar_one()
    for key, size in sizes.items():
        connection.execute(_KEEP_MEDIA, {"key": key, "size": size, "kept_at": values["received_at"]})
    if parts:
        connection.execute(_KEEP_PARTS, [_part_values(turn, *numbered) for numbered in enumerate(parts)])
    connection.execute(_MOVE_UP, {"of": values["conversation_id"], "turn": turn})
    return turn


def _part_values(turn: int, position: int, part: LoggedPart) -> dict[str, Any]:
    values = asdict(part)
    return values | {"turn_id": turn, "position": position, "media_key": values.pop("media")}


def _answer(connection: Connection, *, turn: int, answered: Answered, now: datetime) -> None:
    if connection.execute(_CLOSE, {"turn": turn, "now": now}).one_or_none() is None:
        if connection.execute(_EXISTS, {"turn": turn}).one_or_none() is None:
            raise StorageMissing("turn")
        return
    connection.execute(_KEEP_REPLY, reply_record(answered.reply) | {"turn_id": turn})
    connection.execute(_KEEP_TRACE, trace_record(answered.trace) | {"turn_id": turn})
    observed = [
        observation_record(observation) | {"turn_id": turn, "position": position}
        for position, observation in enumerate(answered.observations)
    ]
    if observed:
        connection.execute(_KEEP_OBSERVATIONS, observed)
