"""What the photos, videos and documents of one utterance are called in the prompt, by what was perceived in them."""

from __future__ import annotations

from collections.abc import Sequence

from agents.prompts import MediaPhrases
from agents.values import Observation, ObservationKind, Span

__all__ = ["documents", "is_of_footage", "names", "seen"]


def is_of_footage(part: int, observations: Sequence[Observation]) -> bool:
    """Whether the part is a video: what is seen in one is seen at a time, and what is said in one is its soundtrack."""
    return any(
        o.part == part and (o.kind is ObservationKind.SOUNDTRACK or (o.kind.is_of_photo and isinstance(o.place, Span)))
        for o in observations
    )


def seen(media: MediaPhrases, observations: Sequence[Observation]) -> dict[int, str]:
    """Photos and videos by part, each kind with numbers of its own when there are several."""
    kinds = {o.part for o in observations if o.kind.is_of_photo or o.kind is ObservationKind.SOUNDTRACK}
    videos = [part for part in sorted(kinds) if is_of_footage(part, observations)]
    photos = sorted(kinds.difference(videos))
    return _numbered(media.photo, photos) | _numbered(media.video, videos)


def documents(media: MediaPhrases, observations: Sequence[Observation]) -> dict[int, str]:
    parts = sorted({o.part for o in observations if o.kind is ObservationKind.DOCUMENT_TEXT})
    return _numbered(media.document, parts)


def names(media: MediaPhrases, observations: Sequence[Observation]) -> dict[int, str]:
    """Every part in which something was perceived."""
    heard = {o.part: media.recording for o in observations if o.kind is ObservationKind.TRANSCRIPT}
    return heard | documents(media, observations) | seen(media, observations)


def _numbered(name: str, parts: Sequence[int]) -> dict[int, str]:
    numbers = {part: f" {place}" if len(parts) > 1 else "" for place, part in enumerate(parts, start=1)}
    return {part: name.format(number=number) for part, number in numbers.items()}
