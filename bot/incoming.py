"""Incoming: what came through any door, channel-neutral, as it is kept in the inbox before it is acknowledged.

Media are named, not carried: a channel's own file reference, fetched when the turn is worked on.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.errors import ParleyError
from storage.ports import Arrival

__all__ = [
    "Incoming",
    "IncomingMedia",
    "IncomingPart",
    "IncomingText",
    "IncomingUnread",
    "PayloadUnreadable",
    "Sender",
    "marks_of",
]

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
    """Who sent it, in the channel's own terms. Names are untrusted. ``chosen``: the language their chat chose."""

    id: str
    username: str | None = None
    name: str | None = None
    locale: str | None = None
    chosen: str | None = None


class _Part(_Value):
    """``origin``: the untrusted name of whom it was forwarded from. ``message``: the channel's id of the message that
    it stands in; of what is quoted, that of the quoted one, if it is of the same chat.
    """

    quoted: bool = False
    origin: str | None = None
    message: str | None = None


class IncomingText(_Part):
    kind: Literal["text"] = "text"
    text: str


class IncomingMedia(_Part):
    """``ref`` is opaque to all but the channel that made it; ``size`` is in bytes, ``seconds`` its length, when known.

    ``name`` is a file's, as its sender calls it.
    """

    kind: Literal["photo", "voice", "video", "document"]
    ref: str
    media_type: str
    size: int | None = None
    seconds: float | None = None
    name: str = ""


class IncomingUnread(_Part):
    kind: Literal["unread"] = "unread"
    what: str
    reason: Literal["unsupported", "too-large", "empty", "gone"]


IncomingPart = Annotated[IncomingText | IncomingMedia | IncomingUnread, Field(discriminator="kind")]


class Pressed(_Value):
    """A button was pressed. ``what`` is what it stands for, ``message`` the channel's id of the message it is under."""

    kind: Literal["pressed"] = "pressed"
    what: str
    message: str


class Reacted(_Value):
    """Somebody's reactions to a message are these now; none: they took the last one back."""

    kind: Literal["reacted"] = "reacted"
    message: str
    reactions: tuple[str, ...] = ()


class Moved(_Value):
    """The chat goes on under another id."""

    kind: Literal["moved"] = "moved"
    to: str


Act = Annotated[Pressed | Reacted | Moved, Field(discriminator="kind")]


def marks_of(chat: str) -> str:
    """The line of the marks that people make on what was said in the chat."""
    return f"{chat}/marks"


class Incoming(_Value):
    """One thing to answer. ``key`` makes it unique within its channel; ``message`` is the channel's own message id.

    ``whole``: nothing that comes beside it belongs to it. What is not may be a piece of what is said in one go, and
    what has the same ``album`` is. ``said_at``: seconds since the epoch by the channel's clock. ``addressed``: it is
    for us, and not only beside something that may be. ``crowd``: several people read and write there. ``edited``: it
    stands for what was said in the same ``message`` before. ``host``: on whose behalf we answer the sender, where that
    is not ourselves. ``act``: what was done instead of saying something.
    """

    channel: str
    chat: str
    key: str
    sender: Sender
    parts: tuple[IncomingPart, ...] = ()
    command: str | None = None  # "start", "help", "reset", ...: without the slash
    arguments: str = ""  # what follows the command
    message: str | None = None
    whole: bool = True
    album: str | None = None
    said_at: int | None = None
    addressed: bool = True
    crowd: bool = False
    edited: bool = False
    host: Sender | None = None
    act: Act | None = None

    @property
    def line(self) -> str:
        """What it waits behind: the chat's turns, or only the chat's other marks on what was said before."""
        if isinstance(self.act, Moved):
            return self.act.to  # before anything that is said there
        marks = isinstance(self.act, Pressed | Reacted) and not self.wants_another_try
        return marks_of(self.chat) if marks else self.chat

    @property
    def wants_another_try(self) -> bool:
        return isinstance(self.act, Pressed) and self.act.what.startswith("again:")

    def arrival(self) -> Arrival:
        """As the inbox keeps it."""
        return Arrival(self.channel, self.line, self.key, self.model_dump_json(), self.album)

    @classmethod
    def of(cls, payload: str) -> Self:
        """What an inbox row keeps. Raises PayloadUnreadable."""
        try:
            return cls.model_validate_json(payload)
        except ValidationError as error:
            raise PayloadUnreadable("not an Incoming") from error
