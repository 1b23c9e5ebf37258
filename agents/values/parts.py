"""What one person says at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "VIDEO_NOTE",
    "VIDEO_STICKER",
    "Document",
    "Medium",
    "Part",
    "Photo",
    "Text",
    "Turn",
    "Unread",
    "UnreadReason",
    "Video",
    "Voice",
    "is_own",
    "is_speech",
]


@dataclass(frozen=True, slots=True)
class Text:
    """Words somebody typed. ``quoted``: they stand in the message this turn replies to.

    ``origin``, here and in the other parts: the untrusted name of whom it was forwarded from.
    """

    text: str
    quoted: bool = False
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    """A still image as it arrived: encoded bytes, nothing decoded or trusted yet."""

    data: bytes = field(repr=False)
    media_type: str = "image/jpeg"
    quoted: bool = False
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A recording as it arrived: encoded bytes, nothing decoded or trusted yet."""

    data: bytes = field(repr=False)
    media_type: str = "audio/ogg"
    quoted: bool = False
    origin: str | None = None


# Media types of videos that are more than clips: a parameter tells them apart (RFC 6838, section 4.3).
VIDEO_NOTE = "video/mp4; form=note"  # somebody speaks to us
VIDEO_STICKER = "video/webm; form=sticker"  # a moving drawing, without sound


@dataclass(frozen=True, slots=True)
class Video:
    """Moving pictures, with or without sound, as they arrived: encoded bytes, nothing decoded or trusted yet.

    ``media_type`` is ``VIDEO_NOTE`` or ``VIDEO_STICKER`` where it is one.
    """

    data: bytes = field(repr=False)
    media_type: str = "video/mp4"
    quoted: bool = False
    origin: str | None = None

    @property
    def is_note(self) -> bool:
        return self.media_type.endswith("; form=note")

    @property
    def is_sticker(self) -> bool:
        return self.media_type.endswith("; form=sticker")


@dataclass(frozen=True, slots=True)
class Document:
    """A file with text in it as it arrived: bytes, nothing decoded or trusted yet. ``name`` is its sender's."""

    data: bytes = field(repr=False)
    media_type: str = "text/plain"
    name: str = ""
    quoted: bool = False
    origin: str | None = None


class UnreadReason(StrEnum):
    """Why a part reached us without content."""

    UNSUPPORTED = "unsupported"  # a kind no sense takes (contact, poll, dice, ...)
    TOO_LARGE = "too-large"
    EMPTY = "empty"
    GONE = "gone"  # the channel no longer has the file


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that was sent and cannot be taken in; ``what`` is its plain kind, e.g. ``poll`` or ``voice``."""

    what: str
    reason: UnreadReason
    quoted: bool = False


Medium = Photo | Voice | Video | Document
Part = Text | Medium | Unread


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person said at once.

    ``locale`` is the language of the sender's client as a BCP 47 tag, when the channel tells it; ``sender`` is the
    name they go by. Both are untrusted. ``crowd``: it was said among several people, so that the prompt names them.
    ``answer_in``: ``en`` or ``zh``, where answers are wanted in that language, whatever it is said in.
    """

    parts: tuple[Part, ...]
    sender: str | None = None
    locale: str | None = None
    crowd: bool = False
    answer_in: str | None = None


def is_own(part: Part) -> bool:
    """Whether it is the person's own, rather than quoted or forwarded."""
    return not part.quoted and (isinstance(part, Unread) or part.origin is None)


def is_speech(part: Part) -> bool:
    """Whether it is the person speaking to us, in a voice note or a video note."""
    return is_own(part) and (isinstance(part, Voice) or (isinstance(part, Video) and part.is_note))
