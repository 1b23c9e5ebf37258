"""The plain values that travel through a turn: frozen, without I/O, without ids, paths or keys of storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "Answered",
    "Box",
    "Decision",
    "Delta",
    "Document",
    "Event",
    "Finding",
    "Medium",
    "Observation",
    "ObservationKind",
    "Outcome",
    "Part",
    "Perceived",
    "Photo",
    "Reply",
    "Restarted",
    "Role",
    "Routed",
    "Span",
    "Step",
    "Text",
    "Trace",
    "Turn",
    "Unread",
    "UnreadReason",
    "Utterance",
    "Video",
    "Voice",
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


@dataclass(frozen=True, slots=True)
class Video:
    """Moving pictures, with or without sound, as they arrived: encoded bytes, nothing decoded or trusted yet."""

    data: bytes = field(repr=False)
    media_type: str = "video/mp4"
    quoted: bool = False
    origin: str | None = None


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
    """

    parts: tuple[Part, ...]
    sender: str | None = None
    locale: str | None = None
    crowd: bool = False


class Role(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright image, origin top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of sound in seconds from its start."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing an adapter found in one item. ``confidence`` is in [0, 1]; ``language`` a BCP 47 tag."""

    text: str
    confidence: float
    language: str | None = None
    place: Box | Span | None = None


class ObservationKind(StrEnum):
    TRANSCRIPT = "transcript"
    CAPTION = "caption"  # a sentence, or the name of what is shown, as the captioner's card declares
    ANSWER = "answer"  # of visual question answering
    TEXT_IN_IMAGE = "text-in-image"  # one line of text
    DOCUMENT_TEXT = "document-text"  # what a file says, as far as it is read
    SENTIMENT = "sentiment"  # the mood of what was typed or said
    EMOTION = "emotion"  # what a voice sounds like

    @property
    def is_of_photo(self) -> bool:
        return self in {ObservationKind.CAPTION, ObservationKind.ANSWER, ObservationKind.TEXT_IN_IMAGE}

    @property
    def is_of_mood(self) -> bool:
        return self in {ObservationKind.SENTIMENT, ObservationKind.EMOTION}


class Outcome(StrEnum):
    """How perceiving ended. Only ``PERCEIVED`` carries content in ``Observation.text``."""

    PERCEIVED = "perceived"
    NOTHING = "nothing"  # the sense worked and found nothing: silence, no text, no name above its threshold
    UNREADABLE = "unreadable"  # the bytes are no such medium, damaged, or over a limit
    LATE = "late"  # the deadline passed
    FAILED = "failed"  # the model is missing or broke


@dataclass(frozen=True, slots=True)
class Observation:
    """What a model perceived in a part, or that it could not.

    ``part`` indexes ``Turn.parts``. ``confidence`` is in [0, 1], 0 when nothing was perceived. ``seconds`` is how long
    the model took. ``text`` of a failed sense says in plain English what could not be done.
    """

    kind: ObservationKind
    text: str
    confidence: float
    model: str
    seconds: float
    part: int
    outcome: Outcome = Outcome.PERCEIVED
    language: str | None = None
    place: Box | Span | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One side of the conversation so far, as history hands it to the prompt.

    ``text`` is what was typed or answered; ``observations`` is what was perceived in the media of that message.
    ``speaker`` is the untrusted name of who said it, where several people talk.
    """

    role: Role
    text: str
    observations: tuple[Observation, ...] = ()
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """One routing decision: what was decided (``use whisper``, ``skip``, ...) about what, and why."""

    about: str
    choice: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a turn. ``started`` is seconds since the turn began; ``input``/``output`` are bounded text."""

    name: str
    started: float
    seconds: float
    model: str | None = None
    input: str = ""
    output: str = ""
    confidence: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    error: str | None = None  # a code of agents.errors, never an exception's text
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """Every step of a turn, enough to run it again under another model or prompt and compare."""

    steps: tuple[Step, ...]
    route: tuple[Decision, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer. ``rests_on`` indexes the turn's observations; ``guarded`` says the grounding guard spoke.

    ``stopped``: its reader wanted no more of it, so it may break off.
    """

    text: str
    language: str
    rests_on: tuple[int, ...] = ()
    guarded: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Routed:
    """The routing decisions so far; sent again whenever more is known (after a transcript, say)."""

    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Perceived:
    observation: Observation


@dataclass(frozen=True, slots=True)
class Delta:
    """A further piece of the answer's text."""

    text: str


@dataclass(frozen=True, slots=True)
class Restarted:
    """The pieces sent so far are void; the answer begins again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event of every turn."""

    reply: Reply
    observations: tuple[Observation, ...]
    trace: Trace


Event = Routed | Perceived | Delta | Restarted | Answered
