"""The tables of what was said: conversations, turns, their parts, media and messages.

Ids of conversations, turns and inbox rows are never given out twice (AUTOINCREMENT), since others remember them:
a turn remembers its inbox row after that has expired. Parts have ids of their own, and media have rows that parts
refer to, so that what is built on them later (search, corrections, deletion) can too.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base, partial_index

__all__ = ["STANDING", "ConversationRow", "MediaRow", "MessageRow", "PartRow", "TurnRow"]

# What later prompts are told of: turns that are answered and that no other stands for.
STANDING = "answered_at IS NOT NULL AND replaced_by IS NULL"


class ConversationRow(Base):
    """``last_turn`` is the id of the newest turn, 0 before the first: the order of the operator's list.

    The chat's current conversation is the newest that is not ``past``, as one may be whose chat became part of another.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index(None, "channel", "chat", "id"),
        Index(None, "last_turn", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    chat: Mapped[str]
    started_at: Mapped[datetime]
    last_turn: Mapped[int] = mapped_column(Id)
    past: Mapped[bool] = mapped_column(server_default=false())


class TurnRow(Base):
    """What somebody said at once. ``inbox_id`` outlives the inbox row, hence is no foreign key.

    ``replaces``: the turn it stands for as soon as it is answered; ``replaced_by``: the answered one that stands for
    it.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "conversation_id", "id"),
        partial_index("ix_turns_standing", ["conversation_id", "id", "crowd"], STANDING),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), type_=Id)
    inbox_id: Mapped[int | None] = mapped_column(Id, unique=True)
    sender_id: Mapped[str | None]
    sender: Mapped[str | None]
    locale: Mapped[str | None]
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    crowd: Mapped[bool] = mapped_column(server_default=false())
    replaces: Mapped[int | None] = mapped_column(Id)
    replaced_by: Mapped[int | None] = mapped_column(Id)


class MediaRow(Base):
    """A file of the media store; ``size`` in bytes."""

    __tablename__ = "media"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(Id)
    kept_at: Mapped[datetime]


class PartRow(Base):
    __tablename__ = "parts"
    __table_args__ = (Index(None, "turn_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), type_=Id)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None]
    media_key: Mapped[str | None] = mapped_column(ForeignKey("media.key"), type_=String(64), index=True)
    media_type: Mapped[str | None]
    reason: Mapped[str | None]
    quoted: Mapped[bool]
    origin: Mapped[str | None]
    message: Mapped[str | None]


class MessageRow(Base):
    """A message of the channel that a turn came in, or (``piece`` counts from 1) that its reply went out in.

    It stays under the name its chat had then: where chats get new names, messages are counted anew. The key begins
    with the message, since one may be asked for in a chat with all its topics.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "turn_id", "piece"),
        {"sqlite_with_rowid": False},
    )

    channel: Mapped[str] = mapped_column(primary_key=True)
    message: Mapped[str] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), type_=Id, primary_key=True, autoincrement=False)
    piece: Mapped[int | None]
