"""How long a poll lasts, and how long to wait after failures."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Pace"]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: of one long poll, of the first pause after a failure, of the longest (pauses double), and between looks
    at whether the webhook still stands.
    """

    poll: int = 25
    first: float = 1.0
    longest: float = 30.0
    look: float = 300.0

    def pause(self, failures: int) -> float:
        return float(min(self.longest, self.first * 2 ** min(failures - 1, 10)))
