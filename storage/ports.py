"""What storage offers. Held by one contract suite over the SQL implementation and the in-memory twins.

Every method may raise ``storage.errors.StorageBusy``, ``StorageFull`` (both retryable) and ``StorageBroken``. Text of
any length is taken; NUL and lone surrogates come back as U+FFFD, numbers that are not finite as 0.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from agents.values import Answered, Observation, Reply, Trace, Turn, Utterance

__all__ = [
    "Arrival",
    "ConversationSummary",
    "Conversations",
    "Heard",
    "Inbox",
    "InboxRow",
    "InboxState",
    "LogFilter",
    "LoggedPart",
    "LoggedTurn",
    "MediaStore",
]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something to keep before it is acknowledged. ``key`` is unique within the channel; ``payload`` is JSON."""

    channel: str
    chat: str
    key: str
    payload: str


class InboxState(StrEnum):
    NEW = "new"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """``delivered`` counts the pieces of the reply the channel has taken; ``error`` is a code of the last failure."""

    id: int
    channel: str
    chat: str
    key: str
    payload: str
    state: InboxState
    attempts: int
    delivered: int
    error: str | None
    accepted_at: datetime


class Inbox(Protocol):
    """Durable intake. Every method returns after its change is committed.

    Changing a row that is not in a fitting state (``start``, ``delivered``, ``retry``, ``bury``: unfinished; ``done``:
    unfinished or done) raises StorageMissing.
    """

    async def accept(self, arrivals: Sequence[Arrival]) -> list[InboxRow | None]:
        """Keep arrivals, in order; ``None`` where (channel, key) was accepted within the dedupe time."""
        ...

    def unfinished(self) -> AsyncIterator[InboxRow]:
        """Rows new or running, by id, in bounded memory."""
        ...

    async def waiting(self, channel: str, chat: str, *, after: int, limit: int) -> list[InboxRow]:
        """The chat's unfinished rows with ids above ``after``, by id, at most ``limit``."""
        ...

    async def start(self, row: int) -> InboxRow:
        """Mark as running; return the row as it now is, this attempt counted."""
        ...

    async def delivered(self, row: int, pieces: int) -> None:
        """Note how many pieces of the reply the channel has taken."""
        ...

    async def done(self, row: int) -> None: ...

    async def retry(self, row: int, error: str) -> None:
        """Back to new, with the code of what went wrong."""
        ...

    async def bury(self, row: int, error: str) -> None:
        """A dead letter: kept, listed, not tried again by itself."""
        ...

    def dead(self) -> AsyncIterator[InboxRow]: ...

    async def dead_of(self, channel: str, chat: str, *, limit: int) -> list[InboxRow]:
        """The chat's newest dead letters, by id, at most ``limit``."""
        ...

    async def revive(self, row: int) -> bool:
        """A dead letter back to new with no attempts; False when there is no such dead letter."""
        ...

    async def expire(self, days: float) -> int:
        """Delete done rows (and with them their dedupe keys) accepted more than ``days`` ago; how many."""
        ...


class MediaStore(Protocol):
    """Content-addressed files. A key is the lower-case hex sha256 of the bytes, never anything a user chose."""

    async def put(self, data: bytes) -> str:
        """Keep the bytes, all or nothing. Raises StorageFull, StorageBroken."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises StorageMissing, StorageBroken."""
        ...

    def path(self, key: str) -> Path:
        """Where the file is or would be. Raises StorageMissing when this is no key."""
        ...


@dataclass(frozen=True, slots=True)
class LoggedPart:
    """A part as stored. ``kind`` is text, photo, voice or unread; ``media`` a key of the media store.

    ``text`` of an unread part is what it is: poll, contact, ...
    """

    kind: str
    text: str | None = None
    media: str | None = None
    media_type: str | None = None
    reason: str | None = None
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """One turn as stored, with what was perceived and answered; ``reply`` is ``None`` until it is answered.

    ``key`` is that of the inbox row it came in by, as long as the row is kept.
    """

    id: int
    conversation: int
    channel: str
    chat: str
    sender_id: str | None
    sender: str | None
    received_at: datetime
    parts: tuple[LoggedPart, ...]
    observations: tuple[Observation, ...] = ()
    reply: Reply | None = None
    answered_at: datetime | None = None
    trace: Trace | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    id: int
    channel: str
    chat: str
    started_at: datetime
    last_at: datetime | None
    turns: int


@dataclass(frozen=True, slots=True)
class LogFilter:
    """``person`` is a sender's exact id or name; dates are aware, ``since`` inclusive, ``until`` exclusive."""

    channel: str | None = None
    chat: str | None = None
    person: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    conversation: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn as it was kept, and what answering it takes.

    ``history`` is what was said in its conversation before, oldest first; ``reply`` is there when it was answered
    before.
    """

    turn: int
    conversation: int
    history: tuple[Utterance, ...] = ()
    reply: Reply | None = None


class Conversations(Protocol):
    async def open(self, channel: str, chat: str) -> int:
        """The chat's current conversation, begun if there is none."""
        ...

    async def reset(self, channel: str, chat: str) -> int:
        """Begin a new conversation for the chat; the old one is kept."""
        ...

    async def hear(
        self,
        channel: str,
        chat: str,
        turn: Turn,
        *,
        sender_id: str | None = None,
        inbox: int | None = None,
        remembered: int = 0,
    ) -> Heard:
        """Keep a turn with its media in the chat's current conversation, begun if there is none.

        Given the same inbox row again, it is the turn that was kept then. The history is of the last ``remembered``
        answered turns before it.
        """
        ...

    async def answered(self, inbox: int) -> Reply | None:
        """The reply to the turn kept for this inbox row, if there is one."""
        ...

    async def answer(self, turn: int, answered: Answered) -> None:
        """Keep reply, observations and trace, all or nothing. A turn already answered keeps its first answer."""
        ...

    async def latest(self, channel: str, chat: str, *, limit: int, before: int | None = None) -> list[LoggedTurn]:
        """The last ``limit`` turns (before turn ``before``) of the chat's current conversation, oldest first."""
        ...

    async def shown_in(self, channel: str, chat: str, media: str) -> LoggedPart | None:
        """A part of the chat that has this key of the media store, if there is one."""
        ...

    def summaries(self, where: LogFilter) -> AsyncIterator[ConversationSummary]:
        """Conversations, those with the newest turns first. Asked for a person or dates, only such turns count."""
        ...

    def turns(self, where: LogFilter) -> AsyncIterator[LoggedTurn]:
        """Turns by id, in bounded memory however many there are."""
        ...
