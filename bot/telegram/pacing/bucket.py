"""A token bucket over a clock that its user reads."""

from __future__ import annotations

__all__ = ["NO_TIME", "Bucket"]

NO_TIME = 1e-6  # seconds; a wait shorter than this is rounding


class Bucket:
    """Holds ``burst`` tokens when full and gains ``rate`` a second; times are seconds of one monotonic clock."""

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def wait(self, now: float, tokens: float = 1.0) -> float:
        """Seconds until it holds that many; 0 when it does."""
        self._fill(now)
        seconds = (tokens - self._level) / self._rate
        return seconds if seconds > NO_TIME else 0.0

    def take(self, now: float) -> None:
        """Take one, into debt if there is none."""
        self._fill(now)
        self._level -= 1.0

    def full(self, now: float) -> bool:
        self._fill(now)
        return self._level >= self._burst

    def turn_to(self, rate: float, now: float) -> None:
        """Gain at another rate from now on."""
        self._fill(now)
        self._rate = rate

    def empty(self, now: float) -> None:
        """Let no burst through; a debt remains one."""
        self._fill(now)
        self._level = min(self._level, 0.0)

    def _fill(self, now: float) -> None:
        if now > self._at:
            self._level = min(self._burst, self._level + (now - self._at) * self._rate)
            self._at = now
