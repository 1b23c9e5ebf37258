"""The tables of people: who was let in or kept out, invites, what chats chose and what was used."""

from __future__ import annotations

from sqlalchemy import Column, Date, Double, Index, Integer, String, Table

from storage.columns import CleanText, Id, UtcDateTime
from storage.tables.base import METADATA

__all__ = ["INVITES", "PEOPLE", "PREFERENCES", "USAGE"]

# `id` is the channel's.
PEOPLE = Table(
    "people",
    METADATA,
    Column("channel", CleanText, primary_key=True),
    Column("id", CleanText, primary_key=True),
    Column("standing", String(16), nullable=False),
    Column("name", CleanText),
    Column("by", CleanText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# `code` is the lower-case hex sha256 of the code.
INVITES = Table(
    "invites",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("code", String(64), unique=True, nullable=False),
    Column("label", CleanText, nullable=False),
    Column("left", Integer, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("by", CleanText, nullable=False),
    sqlite_autoincrement=True,
)

PREFERENCES = Table(
    "preferences",
    METADATA,
    Column("channel", CleanText, primary_key=True),
    Column("chat", CleanText, primary_key=True),
    Column("name", CleanText, primary_key=True),
    Column("value", CleanText, nullable=False),
    sqlite_with_rowid=False,
)

# `inbox_id` outlives the inbox row, hence is no foreign key.
USAGE = Table(
    "usage",
    METADATA,
    Column("holder", CleanText, primary_key=True),
    Column("kind", CleanText, primary_key=True),
    Column("inbox_id", Id, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("amount", Double, nullable=False),
    Index(None, "day", "holder"),
    sqlite_with_rowid=False,
)
