"""The channel's messages that turns came in and went out in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from storage.columns import CleanText
from storage.ports import LoggedPart
from storage.tables import CONVERSATIONS, MESSAGES, TURNS

__all__ = ["brought_by", "keep_brought", "keep_sent", "newest_of_message", "sent"]

_KEPT = ["channel", "chat", "message", "turn_id", "piece"]
_BROUGHT = insert(MESSAGES).on_conflict_do_nothing()
# A row without a turn (a command, say) has no reply to keep the messages of.
_SENT = (
    insert(MESSAGES)
    .from_select(
        _KEPT,
        select(
            CONVERSATIONS.c.channel,
            CONVERSATIONS.c.chat,
            bindparam("message", type_=CleanText),
            TURNS.c.id,
            bindparam("piece"),
        )
        .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation_id)
        .where(TURNS.c.inbox_id == bindparam("row")),
    )
    .on_conflict_do_nothing()
)
_TURN_IDS: BindParameter[Any] = bindparam("turns", expanding=True)
_SENT_OF = (
    select(MESSAGES.c.turn_id, MESSAGES.c.message)
    .where(MESSAGES.c.turn_id.in_(_TURN_IDS), MESSAGES.c.piece.is_not(None))
    .order_by(MESSAGES.c.turn_id, MESSAGES.c.piece)
)
_NEWEST = select(func.max(MESSAGES.c.turn_id)).where(
    MESSAGES.c.channel == bindparam("channel"),
    MESSAGES.c.message == bindparam("message"),
    MESSAGES.c.turn_id < bindparam("before"),
)
_NEWEST_OF_CHAT = _NEWEST.where(MESSAGES.c.chat == bindparam("chat"))
_NEWEST_OF_TOPICS = _NEWEST.where(MESSAGES.c.chat >= bindparam("first"), MESSAGES.c.chat < bindparam("beyond"))
_BEYOND_ALL = 2**63 - 1


def brought_by(parts: Iterable[LoggedPart]) -> list[str]:
    """The messages a turn is found by: each once, without those that are only quoted in it."""
    return list(dict.fromkeys(part.message for part in parts if part.message is not None and not part.quoted))


def keep_brought(connection: Connection, channel: str, chat: str, turn: int, parts: Iterable[LoggedPart]) -> None:
    brought = [
        {"channel": channel, "chat": chat, "message": message, "turn_id": turn, "piece": None}
        for message in brought_by(parts)
    ]
    if brought:
        connection.execute(_BROUGHT, brought)


def keep_sent(connection: Connection, row: int, piece: int, message: str) -> None:
    """Note the message that a piece of the reply to this inbox row went out in, if the row has a turn."""
    connection.execute(_SENT, {"row": row, "piece": piece, "message": message})


def newest_of_message(
    connection: Connection, *, channel: str, chat: str, message: str, before: int | None, topics: bool
) -> int | None:
    """The newest turn, before turn ``before``, that the message brought or answered in the chat or in its topics."""
    asked = {"channel": channel, "message": message, "before": _BEYOND_ALL if before is None else before}
    newest: int | None = connection.execute(_NEWEST_OF_CHAT, asked | {"chat": chat}).scalar_one()
    if not topics:
        return newest
    # Names that begin with the chat's and a colon: those from there up to, not with, a semicolon, which comes next.
    named = {"first": f"{chat}:", "beyond": f"{chat};"}
    in_topics: int | None = connection.execute(_NEWEST_OF_TOPICS, asked | named).scalar_one()
    return max(newest or 0, in_topics or 0) or None


def sent(connection: Connection, turns: Sequence[int]) -> Mapping[int, list[str]]:
    """The messages that replies went out in, in their order, by turn."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for turn, message in connection.execute(_SENT_OF, {"turns": turns}).all():
        found[turn].append(message)
    return found
