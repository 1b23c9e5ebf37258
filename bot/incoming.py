"""Incoming: what came through any door, channel-neutral, as it is kept in the inbox before it is acknowledged.

Media are named, not carried: a channel's own file reference, fetched when the turn is worked on.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Incoming", "IncomingMedia", "IncomingPart", "IncomingText", "IncomingUnread", "Sender"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Sender(_Value):
    """Who sent it, in the channel's own terms. Names are untrusted."""

    id: str
    username: str | None = None
    name: str | None = None
    locale: str | None = None


class IncomingText(_Value):
    kind: Literal["text"] = "text"
    text: str
    quoted: bool = False


class IncomingMedia(_Value):
    """``ref`` is opaque to all but the channel that made it; ``size`` is in bytes, when known."""

    kind: Literal["photo", "voice"]
    ref: str
    media_type: str
    size: int | None = None
    quoted: bool = False


class IncomingUnread(_Value):
    kind: Literal["unread"] = "unread"
    what: str
    reason: Literal["unsupported", "too-large", "empty", "gone"]
    quoted: bool = False


IncomingPart = Annotated[IncomingText | IncomingMedia | IncomingUnread, Field(discriminator="kind")]


class Incoming(_Value):
    """One thing to answer. ``key`` makes it unique within its channel; ``message`` is the channel's own message id."""

    channel: str
    chat: str
    key: str
    sender: Sender
    parts: tuple[IncomingPart, ...] = ()
    command: str | None = None  # "start", "help", "reset", ...: without the slash
    message: str | None = None
