"""Keeping a turn: itself, its parts and media, the messages it came in, and what it is to stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import chain, repeat
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from agents.values import Medium, Turn
from storage.chats import conversation_of, opened
from storage.columns import storable
from storage.messages import keep_brought
from storage.ports import LoggedPart, MediaStore
from storage.records import logged_part
from storage.tables import CONVERSATIONS, MEDIA, PARTS, TURNS

__all__ = ["Said", "keep", "kept_parts"]

# Made once: making a statement costs more than SQLite needs to carry it out.
_HEAR = insert(TURNS).returning(TURNS.c.id)
_KEEP_MEDIA = insert_or(MEDIA).on_conflict_do_nothing(index_elements=["key"])
_KEEP_PARTS = insert(PARTS)
_MOVE_UP = update(CONVERSATIONS).where(CONVERSATIONS.c.id == bindparam("of")).values(last_turn=bindparam("turn"))


@dataclass(frozen=True, slots=True)
class Said:
    """A turn and all that is kept with it. ``sizes``: of its media, by key, in bytes."""

    channel: str
    chat: str
    turn: Turn
    parts: Sequence[LoggedPart]
    sender_id: str | None
    inbox: int | None
    replaces: int | None
    at: datetime

    @property
    def sizes(self) -> dict[str, int]:
        return {
            part.media: len(said.data)
            for part, said in zip(self.parts, self.turn.parts, strict=True)
            if part.media is not None and isinstance(said, Medium)
        }

    def values(self, conversation: int, replaces: int | None) -> dict[str, Any]:
        return {
            "conversation_id": conversation,
            "inbox_id": self.inbox,
            "sender_id": self.sender_id,
            "sender": self.turn.sender,
            "locale": self.turn.locale,
            "crowd": self.turn.crowd,
            "received_at": self.at,
            "replaces": replaces,
        }


async def kept_parts(media: MediaStore, turn: Turn, messages: Sequence[str | None] = ()) -> list[LoggedPart]:
    """The turn's parts as stored, their bytes put into the media store."""
    keys = [await media.put(part.data) if isinstance(part, Medium) else None for part in turn.parts]
    told = chain((None if message is None else storable(message) for message in messages), repeat(None))
    logged = (logged_part(part, key) for part, key in zip(turn.parts, keys, strict=True))
    return [replace(part, message=message) for part, message in zip(logged, told, strict=False)]


def keep(connection: Connection, said: Said) -> tuple[int, int]:
    """Keep it where what it is to stand for is, else in the chat's current conversation; its id and that one's."""
    earlier = _conversation_of_earlier(connection, said)
    conversation = earlier or opened(connection, said.channel, said.chat, said.at)
    values = said.values(conversation, said.replaces if earlier else None)
    turn: int = connection.execute(_HEAR, values).scalar_one()
    for key, size in said.sizes.items():
        connection.execute(_KEEP_MEDIA, {"key": key, "size": size, "kept_at": said.at})
    if said.parts:
        connection.execute(_KEEP_PARTS, [_part_values(turn, *numbered) for numbered in enumerate(said.parts)])
    keep_brought(connection, said.channel, said.chat, turn, said.parts)
    connection.execute(_MOVE_UP, {"of": conversation, "turn": turn})
    return turn, conversation


def _conversation_of_earlier(connection: Connection, said: Said) -> int | None:
    """That of the turn it is to stand for, if the chat has such."""
    if said.replaces is None:
        return None
    return conversation_of(connection, said.channel, said.chat, said.replaces)


def _part_values(turn: int, position: int, part: LoggedPart) -> dict[str, Any]:
    values = asdict(part)
    return values | {"turn_id": turn, "position": position, "media_key": values.pop("media")}
