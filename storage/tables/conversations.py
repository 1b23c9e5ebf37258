"""The tables of what was said: conversations, turns, their parts, media and messages.

Ids of conversations, turns and inbox rows are never given out twice (AUTOINCREMENT), since others remember them:
a turn remembers its inbox row after that has expired. Parts have ids of their own, and media have rows that parts
refer to, so that what is built on them later (search, corrections, deletion) can too.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, false

from storage.columns import CleanText, Id, UtcDateTime
from storage.tables.base import METADATA, partial_index

__all__ = ["CONVERSATIONS", "MEDIA", "MESSAGES", "PARTS", "STANDING", "TURNS"]

# What later prompts are told of: turns that are answered and that no other stands for.
STANDING = "answered_at IS NOT NULL AND replaced_by IS NULL"

# `last_turn` is the id of the newest turn, 0 before the first: the order of the operator's list.
# The chat's current conversation is the newest that is not `past`, as one may be whose chat became part of another.
CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("channel", CleanText, nullable=False),
    Column("chat", CleanText, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("last_turn", Id, nullable=False),
    Column("past", Boolean, server_default=false(), nullable=False),
    Index(None, "channel", "chat", "id"),
    Index(None, "last_turn", "id"),
    sqlite_autoincrement=True,
)

# What somebody said at once. `inbox_id` outlives the inbox row, hence is no foreign key.
# `replaces`: the turn it stands for as soon as it is answered; `replaced_by`: the answered one that stands for it.
TURNS = Table(
    "turns",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("inbox_id", Id, unique=True),
    Column("sender_id", CleanText),
    Column("sender", CleanText),
    Column("locale", CleanText),
    Column("received_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("crowd", Boolean, server_default=false(), nullable=False),
    Column("replaces", Id),
    Column("replaced_by", Id),
    Index(None, "conversation_id", "id"),
    partial_index("ix_turns_standing", ["conversation_id", "id", "crowd"], STANDING),
    sqlite_autoincrement=True,
)

# A file of the media store; `size` in bytes.
MEDIA = Table(
    "media",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("size", Id, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)

PARTS = Table(
    "parts",
    METADATA,
    Column("id", Id, primary_key=True),
    Column("turn_id", Id, ForeignKey("turns.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", CleanText),
    Column("media_key", String(64), ForeignKey("media.key"), index=True),
    Column("media_type", CleanText),
    Column("reason", CleanText),
    Column("quoted", Boolean, nullable=False),
    Column("origin", CleanText),
    Column("message", CleanText),
    Index(None, "turn_id", "position", unique=True),
)

# A message of the channel that a turn came in, or (`piece` counts from 1) that its reply went out in.
# It stays under the name its chat had then: where chats get new names, messages are counted anew. The key begins
# with the message, since one may be asked for in a chat with all its topics.
MESSAGES = Table(
    "messages",
    METADATA,
    Column("channel", CleanText, primary_key=True),
    Column("message", CleanText, primary_key=True),
    Column("chat", CleanText, primary_key=True),
    Column("turn_id", Id, ForeignKey("turns.id"), primary_key=True, autoincrement=False),
    Column("piece", Integer),
    Index(None, "turn_id", "piece"),
    sqlite_with_rowid=False,
)
