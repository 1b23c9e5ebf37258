"""Reading turns whole, as they are reviewed and shown again: with what was perceived, answered and thought of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, literal_column, select, true

from storage.chats import CURRENT
from storage.columns import Id
from storage.history import PART_COLUMNS, TURN_IDS, observations_of_turns, parts_of_turns
from storage.messages import newest_of_message, sent
from storage.ports import LogFilter, LoggedPart, LoggedTurn, Rating
from storage.records import reply_of, trace_of
from storage.summaries import about_conversation, about_turn
from storage.tables import CONVERSATIONS, INBOX, PARTS, RATINGS, REPLIES, TRACES, TURNS

__all__ = ["last_turns", "part_with", "turn_of", "turn_of_inbox", "turn_of_message", "turn_page"]

# Made once: making a statement costs more than SQLite needs to carry it out.
_REPLIES = select(*REPLIES.c).where(REPLIES.c.turn_id.in_(TURN_IDS))
_TRACES = select(*TRACES.c).where(TRACES.c.turn_id.in_(TURN_IDS))
_RATINGS = (
    select(RATINGS.c.turn_id, RATINGS.c.sender_id, RATINGS.c.good, RATINGS.c.reason, RATINGS.c.at)
    .where(RATINGS.c.turn_id.in_(TURN_IDS))
    .order_by(RATINGS.c.turn_id, RATINGS.c.sender_id)
)
# The plus keeps SQLite from entering the turns by their conversation, which would sort all of them for every page.
_ITS_CONVERSATION = CONVERSATIONS.c.id == literal_column("+turns.conversation_id", Id)
_TURNS = (
    select(
        TURNS.c.id,
        TURNS.c.conversation_id.label("conversation"),
        TURNS.c.sender_id,
        TURNS.c.sender,
        TURNS.c.received_at,
        TURNS.c.answered_at,
        TURNS.c.locale,
        TURNS.c.crowd,
        TURNS.c.replaces,
        TURNS.c.replaced_by,
        CONVERSATIONS.c.channel,
        CONVERSATIONS.c.chat,
        INBOX.c.key,
    )
    .select_from(TURNS)
    .join(CONVERSATIONS, _ITS_CONVERSATION)
    .outerjoin(INBOX, INBOX.c.id == TURNS.c.inbox_id)
)
_OF_CHAT = (
    CONVERSATIONS.c.channel == bindparam("channel"),
    CONVERSATIONS.c.chat == bindparam("chat"),
)
_TURN = _TURNS.where(TURNS.c.id == bindparam("turn"), *_OF_CHAT)
_OF_INBOX = _TURNS.where(TURNS.c.inbox_id == bindparam("inbox"))
# A message stays under the name its chat had then, so the chat of the turn is not asked for again.
_OF_MESSAGE = _TURNS.where(TURNS.c.id == bindparam("turn"))


def turn_page(connection: Connection, *, where: LogFilter, after: int, limit: int) -> list[LoggedTurn]:
    """Up to ``limit`` turns by id, beginning behind turn ``after``."""
    wanted = _TURNS.where(TURNS.c.id > after, about_turn(where), about_conversation(where))
    return _logged(connection, connection.execute(wanted.order_by(TURNS.c.id).limit(limit)).mappings().all())


def last_turns(connection: Connection, *, channel: str, chat: str, limit: int, before: int | None) -> list[LoggedTurn]:
    """The last turns of the chat's current conversation, oldest first."""
    current = CURRENT.params(channel=channel, chat=chat).scalar_subquery()
    wanted = _TURNS.where(TURNS.c.conversation_id == current, true() if before is None else TURNS.c.id < before)
    turns = connection.execute(wanted.order_by(TURNS.c.id.desc()).limit(limit)).mappings().all()
    return _logged(connection, turns[::-1])


def turn_of(connection: Connection, *, channel: str, chat: str, turn: int) -> LoggedTurn | None:
    return _one(connection, _TURN, channel=channel, chat=chat, turn=turn)


def turn_of_inbox(connection: Connection, *, inbox: int) -> LoggedTurn | None:
    return _one(connection, _OF_INBOX, inbox=inbox)


def turn_of_message(
    connection: Connection, *, channel: str, chat: str, message: str, before: int | None, topics: bool
) -> LoggedTurn | None:
    newest = newest_of_message(connection, channel=channel, chat=chat, message=message, before=before, topics=topics)
    return None if newest is None else _one(connection, _OF_MESSAGE, turn=newest)


def part_with(connection: Connection, *, channel: str, chat: str, media: str) -> LoggedPart | None:
    """A part of the chat with this media key."""
    wanted: Select[*tuple[Any, ...]] = (
        select(*PART_COLUMNS)
        .join(TURNS, TURNS.c.id == PARTS.c.turn_id)
        .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
        .where(PARTS.c.media_key == media, CONVERSATIONS.c.channel == channel, CONVERSATIONS.c.chat == chat)
        .limit(1)
    )
    found = connection.execute(wanted).first()
    return None if found is None else LoggedPart(*found)


def _logged(connection: Connection, turns: Sequence[RowMapping]) -> list[LoggedTurn]:
    if not turns:
        return []
    ids = [turn["id"] for turn in turns]
    parts, observations = parts_of_turns(connection, ids), observations_of_turns(connection, ids)
    replies = {row["turn_id"]: reply_of(row) for row in _rows(connection, _REPLIES, ids)}
    traces = {row["turn_id"]: trace_of(row) for row in _rows(connection, _TRACES, ids)}
    messages, ratings = sent(connection, ids), _ratings(connection, ids)
    return [
        LoggedTurn(
            **turn,
            parts=tuple(parts[turn["id"]]),
            observations=tuple(observations[turn["id"]]),
            reply=replies.get(turn["id"]),
            trace=traces.get(turn["id"]),
            sent=tuple(messages[turn["id"]]),
            ratings=tuple(ratings[turn["id"]]),
        )
        for turn in turns
    ]


def _one(connection: Connection, statement: Select[*tuple[Any, ...]], **asked: Any) -> LoggedTurn | None:
    found = _logged(connection, connection.execute(statement, asked).mappings().all())
    return found[0] if found else None


def _ratings(connection: Connection, turns: Sequence[int]) -> Mapping[int, list[Rating]]:
    found: defaultdict[int, list[Rating]] = defaultdict(list)
    for row in connection.execute(_RATINGS, {"turns": turns}):
        found[row.turn_id].append(Rating(row.sender_id, row.good, row.reason, row.at))
    return found


def _rows(connection: Connection, statement: Select[Any], turns: Sequence[int]) -> Sequence[RowMapping]:
    return connection.execute(statement, {"turns": turns}).mappings().all()
