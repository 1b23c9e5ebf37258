"""What was perceived in the frames of a video, put together: each thing once, with when it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from agents.evidence import rows
from agents.values import Observation, ObservationKind, Outcome, Span

if TYPE_CHECKING:
    from agents.decoded import Frame

__all__ = ["Seen", "combined", "most_written"]

Seen = tuple[Span, Sequence[Observation]]  # of one frame
_LOOKED_AT = 256  # pixels of a side of the small copy whose edges are counted


def combined(kind: ObservationKind, frames: Sequence[Seen]) -> list[Observation]:
    """The observations of one kind in a video; of frames in which nothing was perceived, what the first one tells."""
    perceived = [(span, found) for span, found in frames if found and found[0].outcome is Outcome.PERCEIVED]
    if not perceived:
        return [replace(o, place=None) for _, found in frames[:1] for o in found[:1]]
    if kind is ObservationKind.TEXT_IN_IMAGE:
        return _lines(perceived)
    if kind is ObservationKind.ANSWER:
        span, found = max(perceived, key=lambda seen: seen[1][0].confidence)
        return [replace(found[0], place=span)]
    return _scenes(perceived)


def _scenes(frames: Sequence[Seen]) -> list[Observation]:
    """The best caption of each frame; the same one again goes on for longer."""
    scenes: list[Observation] = []
    for span, found in frames:
        last = scenes[-1] if scenes else None
        if last and isinstance(last.place, Span) and _same(last.text, found[0].text):
            confidence = max(last.confidence, found[0].confidence)
            scenes[-1] = replace(last, place=Span(last.place.start, span.end), confidence=confidence)
        else:
            scenes.append(replace(found[0], place=span))
    return scenes


def _lines(frames: Sequence[Seen]) -> list[Observation]:
    """The rows of text, each once; what stood side by side is one, since frames have no place for it any more."""
    lines: dict[str, Observation] = {}
    for span, found in frames:
        for row in rows(found):
            line = replace(found[row.indexes[0]], text=row.text, confidence=row.confidence, place=span)
            lines.setdefault(" ".join(row.text.casefold().split()), line)
    return list(lines.values())


def _same(one: str, other: str) -> bool:
    return one.casefold().strip(" .") == other.casefold().strip(" .")


def most_written(frames: Sequence[Frame], most: int) -> list[Frame]:
    """The frames with the most edges, as writing has them, in order of time: reading is the dearest of the senses."""
    from PIL import ImageFilter, ImageStat

    def edges(frame: Frame) -> float:
        small = frame.picture.convert("L").resize((_LOOKED_AT, _LOOKED_AT))
        return ImageStat.Stat(small.filter(ImageFilter.FIND_EDGES)).mean[0]

    chosen = sorted(frames, key=edges, reverse=True)[:most]
    return sorted(chosen, key=lambda frame: frame.span.start)
