"""The table of the durable inbox."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

from storage.columns import CleanText, Id, UtcDateTime
from storage.tables.base import METADATA, partial_index

__all__ = ["INBOX"]

# Partial indexes keep every operation logarithmic in the rows of its own state.
# A row whose turn is its own leads itself (`head` is its `id`) and stands in no index of heads.
INBOX = Table(
    "inbox",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("channel", CleanText, nullable=False),
    Column("chat", CleanText, nullable=False),
    Column("key", CleanText, nullable=False),
    Column("payload", CleanText, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("delivered", Integer, nullable=False),
    Column("error", CleanText),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("head", Id),
    Column("album", CleanText),
    Column("preview", CleanText),
    Index(None, "channel", "key", unique=True),
    partial_index("ix_inbox_unfinished", ["id"], "state IN ('new', 'running')"),
    partial_index("ix_inbox_unfinished_of_chat", ["channel", "chat", "id"], "state IN ('new', 'running')"),
    partial_index("ix_inbox_dead", ["id"], "state = 'dead'"),
    partial_index("ix_inbox_done", ["accepted_at"], "state = 'done'"),
    partial_index("ix_inbox_joined", ["head"], "head <> id"),
    partial_index("ix_inbox_album", ["channel", "chat", "album", "id"], "album IS NOT NULL"),
    sqlite_autoincrement=True,
)
