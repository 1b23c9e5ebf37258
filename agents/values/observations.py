"""What models find, and what of it is observed in a part of a turn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "Box",
    "Finding",
    "Observation",
    "ObservationKind",
    "Outcome",
    "Span",
]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the upright image, origin top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of sound or video in seconds from its start."""

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
    SOUNDTRACK = "soundtrack"  # what is said in a video that is not its sender speaking to us
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
    def is_of_speech(self) -> bool:
        return self in {ObservationKind.TRANSCRIPT, ObservationKind.SOUNDTRACK}

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
