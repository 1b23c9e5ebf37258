"""Incoming: what came through any door, channel-neutral, as it is kept in the inbox before it is acknowledged.

Media are named, not carried: a channel's own file reference, fetched when the turn is worked on.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.errors import ParleyError

__all__ = ["Incoming", "IncomingMedia", "IncomingPart", "IncomingText", "IncomingUnread", "PayloadUnreadable", "Sender"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class PayloadUnreadable(ParleyError):
    """What was kept is no Incoming of this version."""

    code = "payload-unreadable"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, given: Any) -> Any:
        """JSON can escape half a surrogate pair, which no UTF-8 can hold: U+FFFD stands for it."""
        if not isinstance(given, dict):
            return given
        return {
            name: _LONE_SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value
            for name, value in given.items()
        }


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

    @classmethod
    def of(cls, payload: str) -> Self:
        """What an inbox row keeps. Raises PayloadUnreadable."""
        try:
            return cls.model_validate_json(payload)
        except ValidationError as error:
            raise PayloadUnreadable("not an Incoming") from error
