"""The bounds of one turn."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds. ``max_reply`` is in characters; ``parts_at_once`` media parts of a turn are held decoded.

    ``per_second_of_sound``: what a recording adds to ``sense_deadline`` for each of its seconds. Whisper base takes
    0.14 s for one on two cores of its own.
    """

    sense_deadline: float = 60.0
    per_second_of_sound: float = 0.5
    answer_deadline: float = 120.0
    max_megapixels: float = 50.0
    max_minutes: float = 15.0
    max_reply: int = 6_000
    parts_at_once: int = 4

    @property
    def longest_listening(self) -> float:
        """The deadline for the longest recording."""
        return self.listening(60 * self.max_minutes)

    def listening(self, seconds: float) -> float:
        """The deadline for a recording of this length."""
        return self.sense_deadline + self.per_second_of_sound * seconds
