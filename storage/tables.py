"""The tables. Rows are written and read with Core statements; these classes name and type the columns.

Ids of conversations, turns and inbox rows are never given out twice (AUTOINCREMENT), since others remember them:
a turn remembers its inbox row after that has expired. Parts and observations have ids of their own, and media have
rows that parts refer to, so that what is built on them later (search, ratings, corrections, deletion) can too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import CleanText, Id, UtcDateTime

__all__ = [
    "Base",
    "ConversationRow",
    "InboxEntry",
    "MediaRow",
    "ObservationRow",
    "PartRow",
    "ReplyRow",
    "TraceRow",
    "TurnRow",
]


def _partial(name: str, columns: list[str], where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {str: CleanText, datetime: UtcDateTime, list[Any]: JSON, dict[str, Any]: JSON}  # noqa: RUF012


class ConversationRow(Base):
    """``last_turn`` is the id of the newest turn, 0 before the first: the order of the operator's list."""

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


class TurnRow(Base):
    """What somebody said at once. ``inbox_id`` outlives the inbox row, hence is no foreign key."""

    __tablename__ = "turns"
    __table_args__ = (
        Index(None, "conversation_id", "id"),
        _partial("ix_turns_answered", ["conversation_id", "id"], "answered_at IS NOT NULL"),
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


class ObservationRow(Base):
    """``part`` is the position of the part it is about."""

    __tablename__ = "observations"
    __table_args__ = (Index(None, "turn_id", "position", unique=True),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), type_=Id)
    position: Mapped[int]
    part: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    outcome: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    confidence: Mapped[float]
    model: Mapped[str]
    seconds: Mapped[float]
    language: Mapped[str | None]
    place: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))


class ReplyRow(Base):
    __tablename__ = "replies"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), type_=Id, primary_key=True, autoincrement=False)
    text: Mapped[str]
    language: Mapped[str]
    rests_on: Mapped[list[Any]]
    guarded: Mapped[bool]
    stopped: Mapped[bool] = mapped_column(server_default=false())


class TraceRow(Base):
    __tablename__ = "traces"

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), type_=Id, primary_key=True, autoincrement=False)
    seconds: Mapped[float]
    route: Mapped[list[Any]]
    steps: Mapped[list[Any]]


class InboxEntry(Base):
    """Partial indexes keep every operation logarithmic in the rows of its own state."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(None, "channel", "key", unique=True),
        _partial("ix_inbox_unfinished", ["id"], "state IN ('new', 'running')"),
        _partial("ix_inbox_unfinished_of_chat", ["channel", "chat", "id"], "state IN ('new', 'running')"),
        _partial("ix_inbox_dead", ["id"], "state = 'dead'"),
        _partial("ix_inbox_done", ["accepted_at"], "state = 'done'"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    chat: Mapped[str]
    key: Mapped[str]
    payload: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    delivered: Mapped[int]
    error: Mapped[str | None]
    accepted_at: Mapped[datetime]
