"""Reading conversations: what a prompt needs of the past, and pages of turns and conversations for review."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)

from agents.values import Observation, Utterance
from storage.columns import Id, storable
from storage.ports import ConversationSummary, LogFilter, LoggedPart, LoggedTurn
from storage.records import heard, observation_of, reply_of, said, trace_of
from storage.tables import ConversationRow, InboxEntry, ObservationRow, PartRow, ReplyRow, TraceRow, TurnRow

__all__ = ["Cursor", "last_turns", "part_with", "summary_page", "turn_page", "utterances"]

# Made once: making a statement costs more than SQLite needs to carry it out.
_TURN_IDS: BindParameter[Any] = bindparam("turns", expanding=True)
_PARTS = (
    select(
        PartRow.turn_id,
        PartRow.kind,
        PartRow.text,
        PartRow.media_key,
        PartRow.media_type,
        PartRow.reason,
        PartRow.quoted,
    )
    .where(PartRow.turn_id.in_(_TURN_IDS))
    .order_by(PartRow.turn_id, PartRow.position)
)
_OBSERVATIONS = (
    select(*ObservationRow.__table__.columns)
    .where(ObservationRow.turn_id.in_(_TURN_IDS))
    .order_by(ObservationRow.turn_id, ObservationRow.position)
)
_REPLIES = select(*ReplyRow.__table__.columns).where(ReplyRow.turn_id.in_(_TURN_IDS))
_TRACES = select(*TraceRow.__table__.columns).where(TraceRow.turn_id.in_(_TURN_IDS))
_ANSWERED = (
    select(TurnRow.id, ReplyRow.text)
    .join(ReplyRow, ReplyRow.turn_id == TurnRow.id)
    .where(
        TurnRow.conversation_id == bindparam("conversation"),
        TurnRow.answered_at.is_not(None),
        TurnRow.id < bindparam("before"),
    )
    .order_by(TurnRow.id.desc())
    .limit(bindparam("count"))
)
# The plus keeps SQLite from entering the turns by their conversation, which would sort all of them for every page.
_ITS_CONVERSATION = ConversationRow.id == literal_column("+turns.conversation_id", Id)
_TURNS = (
    select(
        TurnRow.id,
        TurnRow.conversation_id.label("conversation"),
        TurnRow.sender_id,
        TurnRow.sender,
        TurnRow.received_at,
        TurnRow.answered_at,
        ConversationRow.channel,
        ConversationRow.chat,
        InboxEntry.key,
    )
    .select_from(TurnRow)
    .join(ConversationRow, _ITS_CONVERSATION)
    .outerjoin(InboxEntry, InboxEntry.id == TurnRow.inbox_id)
)


class Cursor(NamedTuple):
    """Where a listing of conversations goes on: behind this one."""

    last_turn: int
    conversation: int


def utterances(connection: Connection, *, conversation: int, limit: int, before: int) -> list[Utterance]:
    """Both sides of the last ``limit`` answered turns before turn ``before``, oldest first."""
    asked = {"conversation": conversation, "before": before, "count": limit}
    turns = connection.execute(_ANSWERED, asked).all()[::-1]
    if not turns:
        return []
    ids = [turn for turn, _ in turns]
    parts, observations = _parts(connection, ids), _observations(connection, ids)
    return [side for turn, answer in turns for side in (heard(parts[turn], observations[turn]), said(answer))]


def turn_page(connection: Connection, *, where: LogFilter, after: int, limit: int) -> list[LoggedTurn]:
    """Up to ``limit`` turns by id, beginning behind turn ``after``."""
    wanted = _TURNS.where(TurnRow.id > after, _about_turn(where), _about_conversation(where))
    return _logged(connection, connection.execute(wanted.order_by(TurnRow.id).limit(limit)).mappings().all())


def last_turns(connection: Connection, *, channel: str, chat: str, limit: int, before: int | None) -> list[LoggedTurn]:
    """The last turns of the chat's newest conversation, oldest first."""
    newest = (
        select(ConversationRow.id)
        .where(ConversationRow.channel == channel, ConversationRow.chat == chat)
        .order_by(ConversationRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = _TURNS.where(TurnRow.conversation_id == newest, true() if before is None else TurnRow.id < before)
    turns = connection.execute(wanted.order_by(TurnRow.id.desc()).limit(limit)).mappings().all()
    return _logged(connection, turns[::-1])


def part_with(connection: Connection, *, channel: str, chat: str, media: str) -> LoggedPart | None:
    """A part of the chat with this media key."""
    wanted = (
        select(PartRow.kind, PartRow.text, PartRow.media_key, PartRow.media_type, PartRow.reason, PartRow.quoted)
        .join(TurnRow, TurnRow.id == PartRow.turn_id)
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(PartRow.media_key == media, ConversationRow.channel == channel, ConversationRow.chat == chat)
        .limit(1)
    )
    found = connection.execute(wanted).one_or_none()
    return None if found is None else LoggedPart(*found)


def _logged(connection: Connection, turns: Sequence[RowMapping]) -> list[LoggedTurn]:
    if not turns:
        return []
    ids = [turn["id"] for turn in turns]
    parts, observations = _parts(connection, ids), _observations(connection, ids)
    replies = {row["turn_id"]: reply_of(row) for row in _rows(connection, _REPLIES, ids)}
    traces = {row["turn_id"]: trace_of(row) for row in _rows(connection, _TRACES, ids)}
    return [
        LoggedTurn(
            **turn,
            parts=tuple(parts[turn["id"]]),
            observations=tuple(observations[turn["id"]]),
            reply=replies.get(turn["id"]),
            trace=traces.get(turn["id"]),
        )
        for turn in turns
    ]


def summary_page(
    connection: Connection, *, where: LogFilter, behind: Cursor | None, limit: int
) -> tuple[list[ConversationSummary], Cursor | None]:
    """The next of the conversations, those with the newest turns first, and where to go on (``None`` at the end).

    A page may hold fewer than ``limit``, even none, where conversations have no turn that is asked for.
    """
    here = tuple_(ConversationRow.last_turn, ConversationRow.id)
    wanted = select(*ConversationRow.__table__.columns).where(_about_conversation(where))
    if behind is not None:
        wanted = wanted.where(here < behind)
    order = (ConversationRow.last_turn.desc(), ConversationRow.id.desc())
    rows = connection.execute(wanted.order_by(*order).limit(limit)).all()
    counts = _counts(connection, where, [row.id for row in rows])
    only_with_turns = where.person is not None or where.since is not None or where.until is not None
    summaries = [
        ConversationSummary(row.id, row.channel, row.chat, row.started_at, *counts.get(row.id, (None, 0)))
        for row in rows
        if row.id in counts or not only_with_turns
    ]
    return summaries, Cursor(rows[-1].last_turn, rows[-1].id) if len(rows) == limit else None


def _about_turn(where: LogFilter) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if where.person is not None:
        person = storable(where.person)
        wanted.append(or_(TurnRow.sender_id == person, TurnRow.sender == person))
    if where.since is not None:
        wanted.append(TurnRow.received_at >= where.since)
    if where.until is not None:
        wanted.append(TurnRow.received_at < where.until)
    if where.conversation is not None:
        wanted.append(TurnRow.conversation_id == where.conversation)
    return and_(true(), *wanted)


def _about_conversation(where: LogFilter) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if where.channel is not None:
        wanted.append(ConversationRow.channel == where.channel)
    if where.chat is not None:
        wanted.append(ConversationRow.chat == where.chat)
    if where.conversation is not None:
        wanted.append(ConversationRow.id == where.conversation)
    return and_(true(), *wanted)


def _rows(connection: Connection, statement: Select[Any], turns: Sequence[int]) -> Sequence[RowMapping]:
    return connection.execute(statement, {"turns": turns}).mappings().all()


def _parts(connection: Connection, turns: Sequence[int]) -> Mapping[int, list[LoggedPart]]:
    found: defaultdict[int, list[LoggedPart]] = defaultdict(list)
    for turn, kind, text, media, media_type, reason, quoted in connection.execute(_PARTS, {"turns": turns}).all():
        found[turn].append(LoggedPart(kind, text, media, media_type, reason, quoted))
    return found


def _observations(connection: Connection, turns: Sequence[int]) -> Mapping[int, list[Observation]]:
    found: defaultdict[int, list[Observation]] = defaultdict(list)
    for row in _rows(connection, _OBSERVATIONS, turns):
        found[row["turn_id"]].append(observation_of(row))
    return found


def _counts(
    connection: Connection, where: LogFilter, conversations: Sequence[int]
) -> Mapping[int, tuple[datetime | None, int]]:
    """Of each conversation that has turns that are asked for: the time of the last and their number."""
    statement = (
        select(TurnRow.conversation_id, func.max(TurnRow.received_at), func.count())
        .where(TurnRow.conversation_id.in_(conversations), _about_turn(where))
        .group_by(TurnRow.conversation_id)
    )
    return {conversation: (last, count) for conversation, last, count in connection.execute(statement)}
