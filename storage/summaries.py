"""Conversations as they are listed, and what a filter asks of turns and conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true, tuple_

from storage.columns import storable
from storage.ports import ConversationSummary, LogFilter
from storage.tables import CONVERSATIONS, TURNS

__all__ = ["Cursor", "about_conversation", "about_turn", "summary_page"]


class Cursor(NamedTuple):
    """Where a listing of conversations goes on: behind this one."""

    last_turn: int
    conversation: int


def summary_page(
    connection: Connection, *, where: LogFilter, behind: Cursor | None, limit: int
) -> tuple[list[ConversationSummary], Cursor | None]:
    """The next of the conversations, those with the newest turns first, and where to go on (``None`` at the end).

    A page may hold fewer than ``limit``, even none, where conversations have no turn that is asked for.
    """
    here = tuple_(CONVERSATIONS.c.last_turn, CONVERSATIONS.c.id)
    wanted = select(*CONVERSATIONS.c).where(about_conversation(where))
    if behind is not None:
        wanted = wanted.where(here < behind)
    order = (CONVERSATIONS.c.last_turn.desc(), CONVERSATIONS.c.id.desc())
    rows = connection.execute(wanted.order_by(*order).limit(limit)).all()
    counts = _counts(connection, where, [row.id for row in rows])
    only_with_turns = where.person is not None or where.since is not None or where.until is not None
    summaries = [
        ConversationSummary(row.id, row.channel, row.chat, row.started_at, *counts.get(row.id, (None, 0)))
        for row in rows
        if row.id in counts or not only_with_turns
    ]
    return summaries, Cursor(rows[-1].last_turn, rows[-1].id) if len(rows) == limit else None


def about_turn(where: LogFilter) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if where.person is not None:
        person = storable(where.person)
        wanted.append(or_(TURNS.c.sender_id == person, TURNS.c.sender == person))
    if where.since is not None:
        wanted.append(TURNS.c.received_at >= where.since)
    if where.until is not None:
        wanted.append(TURNS.c.received_at < where.until)
    if where.conversation is not None:
        wanted.append(TURNS.c.conversation_id == where.conversation)
    return and_(true(), *wanted)


def about_conversation(where: LogFilter) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if where.channel is not None:
        wanted.append(CONVERSATIONS.c.channel == where.channel)
    if where.chat is not None:
        wanted.append(CONVERSATIONS.c.chat == where.chat)
    if where.conversation is not None:
        wanted.append(CONVERSATIONS.c.id == where.conversation)
    return and_(true(), *wanted)


def _counts(
    connection: Connection, where: LogFilter, conversations: Sequence[int]
) -> Mapping[int, tuple[datetime | None, int]]:
    """Of each conversation that has turns that are asked for: the time of the last and their number."""
    statement = (
        select(TURNS.c.conversation_id, func.max(TURNS.c.received_at), func.count())
        .where(TURNS.c.conversation_id.in_(conversations), about_turn(where))
        .group_by(TURNS.c.conversation_id)
    )
    return {conversation: (last, count) for conversation, last, count in connection.execute(statement)}
