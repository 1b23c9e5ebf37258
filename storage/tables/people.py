"""The tables of people: who was let in or kept out, invites, what chats chose and what was used."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base

__all__ = ["InviteRow", "PersonRow", "PreferenceRow", "UsageRow"]


class PersonRow(Base):
    """``id`` is the channel's."""

    __tablename__ = "people"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    channel: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    standing: Mapped[str] = mapped_column(String(16))
    name: Mapped[str | None]
    by: Mapped[str]
    at: Mapped[datetime]


class InviteRow(Base):
    """``code`` is the lower-case hex sha256 of the code."""

    __tablename__ = "invites"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str]
    left: Mapped[int]
    expires_at: Mapped[datetime]
    by: Mapped[str]


class PreferenceRow(Base):
    __tablename__ = "preferences"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class UsageRow(Base):
    """``inbox_id`` outlives the inbox row, hence is no foreign key."""

    __tablename__ = "usage"
    __table_args__ = (Index(None, "day", "holder"), {"sqlite_with_rowid": False})

    holder: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    inbox_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    day: Mapped[date]
    amount: Mapped[float]
