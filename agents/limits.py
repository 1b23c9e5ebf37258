"""The bounds of one turn."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds. ``max_reply`` is in characters; ``parts_at_once`` media parts of a turn are held decoded."""

    sense_deadline: float = 60.0
    answer_deadline: float = 120.0
    max_megapixels: float = 50.0
    max_minutes: float = 15.0
    max_reply: int = 6_000
    parts_at_once: int = 4
