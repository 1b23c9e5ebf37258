"""What readers think of replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete
from sqlalchemy.dialects.sqlite import insert

from storage.chats import conversation_of
from storage.errors import StorageMissing
from storage.ports import Rating
from storage.tables import RATINGS

__all__ = ["rate", "unrate"]

_KEEP = insert(RATINGS)
_RATE = _KEEP.on_conflict_do_update(
    index_elements=["turn_id", "sender_id"],
    set_={"good": _KEEP.excluded.good, "reason": _KEEP.excluded.reason, "at": _KEEP.excluded.at},
)
_UNRATE = delete(RATINGS).where(RATINGS.c.turn_id == bindparam("turn"), RATINGS.c.sender_id == bindparam("sender"))


def rate(connection: Connection, *, channel: str, chat: str, turn: int, rating: Rating, now: datetime) -> None:
    """Raises StorageMissing when the chat has no such turn."""
    if conversation_of(connection, channel, chat, turn) is None:
        raise StorageMissing("turn")
    thought = {"sender_id": rating.sender_id, "good": rating.good, "reason": rating.reason, "at": rating.at or now}
    connection.execute(_RATE, {"turn_id": turn, **thought})


def unrate(connection: Connection, *, channel: str, chat: str, turn: int, sender_id: str) -> None:
    if conversation_of(connection, channel, chat, turn) is not None:
        connection.execute(_UNRATE, {"turn": turn, "sender": sender_id})
