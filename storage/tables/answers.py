"""The tables of what was answered: observations, replies, traces and ratings.

Observations have ids of their own, for what is built on them later.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Double, ForeignKey, Index, Integer, String, Table, false

from storage.columns import CleanText, Id, UtcDateTime
from storage.tables.base import METADATA

__all__ = ["OBSERVATIONS", "RATINGS", "REPLIES", "TRACES"]

# `part` is the position of the part it is about.
OBSERVATIONS = Table(
    "observations",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("turn_id", Id, ForeignKey("turns.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("text", CleanText, nullable=False),
    Column("confidence", Double, nullable=False),
    Column("model", CleanText, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("language", CleanText),
    Column("place", JSON(none_as_null=True)),
    Index(None, "turn_id", "position", unique=True),
)

REPLIES = Table(
    "replies",
    METADATA,
    Column("turn_id", Id, ForeignKey("turns.id"), primary_key=True, autoincrement=False),
    Column("text", CleanText, nullable=False),
    Column("language", CleanText, nullable=False),
    Column("rests_on", JSON, nullable=False),
    Column("guarded", Boolean, nullable=False),
    Column("stopped", Boolean, server_default=false(), nullable=False),
)

TRACES = Table(
    "traces",
    METADATA,
    Column("turn_id", Id, ForeignKey("turns.id"), primary_key=True, autoincrement=False),
    Column("seconds", Double, nullable=False),
    Column("route", JSON, nullable=False),
    Column("steps", JSON, nullable=False),
)

# What a person thinks of a reply: one a turn and sender.
RATINGS = Table(
    "ratings",
    METADATA,
    Column("turn_id", Id, ForeignKey("turns.id"), primary_key=True, autoincrement=False),
    Column("sender_id", CleanText, primary_key=True),
    Column("good", Boolean, nullable=False),
    Column("reason", CleanText),
    Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
