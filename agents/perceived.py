"""What was perceived in the media of a turn, what went wrong meanwhile, and how much of them was taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from agents.enclosures import Enclosure
from agents.moments import clock
from agents.sensing import Sensed
from agents.trouble import Trouble
from agents.values import Observation, ObservationKind, Outcome, Photo, Turn, Video

__all__ = ["Extent", "Perception", "in_order", "joined"]

_ORDER = list(ObservationKind)


@dataclass(frozen=True, slots=True)
class Extent:
    """``read`` of the ``whole`` of a part were taken in: seconds of a video, or pages of a document, if it has any.

    ``cut``: it was not all. ``blank``: pages that were read and gave no text.
    """

    whole: float
    read: float
    cut: bool
    blank: int = 0
    is_of_video: bool = False

    def notes(self, say: Callable[..., str]) -> list[str]:
        """What is to be told of what was not taken in, the same with a template and with a model's answer."""
        if self.is_of_video:
            read, whole = clock(self.read), clock(self.whole)
            return [say("video_cut", read=read, whole=whole)] if self.cut and read != whole else []
        told = []
        if self.cut and self.read < self.whole:
            told.append(say("document_cut_pages", read=int(self.read), pages=int(self.whole)))
        elif self.cut:
            told.append(say("document_cut"))
        return [*told, say("document_blank", count=self.blank)] if self.blank else told


@dataclass(frozen=True, slots=True)
class Perception:
    """Observations by part, then kind; ``troubles`` tells by (part, kind) what went wrong.

    ``enclosures`` are the media that the language model is given itself, by part. ``extents`` tell by part how much of
    a video or document there is.
    """

    observations: tuple[Observation, ...] = ()
    troubles: dict[tuple[int, ObservationKind], Trouble] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()
    extents: dict[int, Extent] = field(default_factory=dict)

    def and_also(self, other: Perception) -> Perception:
        return Perception(
            in_order([*self.observations, *other.observations]),
            self.troubles | other.troubles,
            tuple(sorted([*self.enclosures, *other.enclosures], key=lambda enclosure: enclosure.part)),
            self.extents | other.extents,
        )

    def about(self, part: int) -> list[Observation]:
        return [o for o in self.observations if o.part == part]

    def troubles_of(self, part: int) -> dict[ObservationKind, Trouble]:
        return {kind: trouble for (where, kind), trouble in self.troubles.items() if where == part}

    def is_shown_whole(self, turn: Turn) -> bool:
        """Whether the language model is given all that can be seen in the turn, but for what cannot be opened."""
        if any(isinstance(part, Video) for part in turn.parts):
            return False
        shown = {enclosure.part for enclosure in self.enclosures if enclosure.is_photo}
        broken = {o.part for o in self.observations if o.outcome is Outcome.UNREADABLE}
        photos = {index for index, part in enumerate(turn.parts) if isinstance(part, Photo)}
        return bool(shown) and photos - broken <= shown

    @classmethod
    def of(cls, part: int, kind: ObservationKind, sensed: Sensed) -> Perception:
        return cls(sensed.observations, {(part, kind): sensed.trouble} if sensed.trouble else {})


def in_order(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """By part, then kind, then as found."""
    return tuple(sorted(observations, key=lambda o: (o.part, _ORDER.index(o.kind))))


def joined(perceptions: Iterable[Perception]) -> Perception:
    """All of them as one."""
    found = Perception()
    for perception in perceptions:
        found = found.and_also(perception)
    return found
