"""The channel's messages that turns came in and went out in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from storage.columns import CleanText
from storage.ports import LoggedPart
from storage.tables import ConversationRow, MessageRow, TurnRow

__all__ = ["NEWEST_OF_MESSAGE", "brought_by", "keep_brought", "keep_sent", "sent"]

_KEPT = ["channel", "chat", "message", "turn_id", "piece"]
_BROUGHT = insert(MessageRow).on_conflict_do_nothing()
# A row without a turn (a command, say) has no reply to keep the messages of.
_SENT = (
    insert(MessageRow)
    .from_select(
        _KEPT,
        select(
            ConversationRow.channel,
            ConversationRow.chat,
            bindparam("message", type_=CleanText),
            TurnRow.id,
            bindparam("piece"),
        )
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.inbox_id == bindparam("row")),
    )
    .on_conflict_do_nothing()
)
_TURN_IDS: BindParameter[Any] = bindparam("turns", expanding=True)
_SENT_OF = (
    select(MessageRow.turn_id, MessageRow.message)
    .where(MessageRow.turn_id.in_(_TURN_IDS), MessageRow.piece.is_not(None))
    .order_by(MessageRow.turn_id, MessageRow.piece)
)
NEWEST_OF_MESSAGE = (
    select(MessageRow.turn_id)
    .where(
        MessageRow.channel == bindparam("channel"),
        MessageRow.chat == bindparam("chat"),
        MessageRow.message == bindparam("message"),
    )
    .order_by(MessageRow.turn_id.desc())
    .limit(1)
)


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


def sent(connection: Connection, turns: Sequence[int]) -> Mapping[int, list[str]]:
    """The messages that replies went out in, in their order, by turn."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for turn, message in connection.execute(_SENT_OF, {"turns": turns}).all():
        found[turn].append(message)
    return found
