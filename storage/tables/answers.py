"""The tables of what was answered: observations, replies, traces and ratings.

Observations have ids of their own, for what is built on them later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base

__all__ = ["ObservationRow", "RatingRow", "ReplyRow", "TraceRow"]


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


class RatingRow(Base):
    """What a person thinks of a reply: one a turn and sender."""

    __tablename__ = "ratings"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), type_=Id, primary_key=True, autoincrement=False)
    sender_id: Mapped[str] = mapped_column(primary_key=True)
    good: Mapped[bool]
    reason: Mapped[str | None]
    at: Mapped[datetime]
