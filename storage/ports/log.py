"""Conversations as they are read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agents.values import Observation, Reply, Trace

__all__ = ["ConversationSummary", "LogFilter", "LoggedPart", "LoggedTurn", "Rating"]


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody thought of a reply. ``reason`` is one of a channel's few, or what a reaction showed."""

    sender_id: str
    good: bool
    reason: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoggedPart:
    """A part as stored. ``kind`` is text, photo, voice, video, document or unread; ``media`` a key of the media store.

    ``text`` of an unread part is what it is: poll, contact, ...; of a document its name. ``origin`` is the name of whom
    it was forwarded from. ``message`` is the channel's id of the message it came in.
    """

    kind: str
    text: str | None = None
    media: str | None = None
    media_type: str | None = None
    reason: str | None = None
    quoted: bool = False
    origin: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class LoggedTurn:
    """One turn as stored, with what was perceived and answered; ``reply`` is ``None`` until it is answered.

    ``key`` is that of the inbox row it came in by, as long as the row is kept. ``sent`` are the channel's ids of the
    messages that its reply went out in. ``replaced_by``: the turn that was answered in its stead (the same edited, or
    answered once more); ``replaces``: the one it was heard in the stead of. ``ratings`` are what readers of the reply
    thought of it, by their ids.
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
    locale: str | None = None
    crowd: bool = False
    sent: tuple[str, ...] = ()
    replaced_by: int | None = None
    ratings: tuple[Rating, ...] = ()
    replaces: int | None = None


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
