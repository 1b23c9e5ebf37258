"""The table of the durable inbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id
from storage.tables.base import Base, partial_index

__all__ = ["InboxEntry"]


class InboxEntry(Base):
    """Partial indexes keep every operation logarithmic in the rows of its own state.

    A row whose turn is its own leads itself (``head`` is its ``id``) and stands in no index of heads.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index(None, "channel", "key", unique=True),
        partial_index("ix_inbox_unfinished", ["id"], "state IN ('new', 'running')"),
        partial_index("ix_inbox_unfinished_of_chat", ["channel", "chat", "id"], "state IN ('new', 'running')"),
        partial_index("ix_inbox_dead", ["id"], "state = 'dead'"),
        partial_index("ix_inbox_done", ["accepted_at"], "state = 'done'"),
        partial_index("ix_inbox_joined", ["head"], "head <> id"),
        partial_index("ix_inbox_album", ["channel", "chat", "album", "id"], "album IS NOT NULL"),
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
    head: Mapped[int | None] = mapped_column(Id)
    album: Mapped[str | None]
    preview: Mapped[str | None]
