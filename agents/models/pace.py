"""How fast a model works items off of late, for an estimate of how long those who wait will wait."""

from __future__ import annotations

__all__ = ["Pace"]

_NEWEST = 0.2  # what the newest call of the model counts in the averages, which are exponential


class Pace:
    """Written by the model's thread alone, and read by any."""

    def __init__(self) -> None:
        self._average: tuple[float, float] | None = None  # seconds and items of a call

    def ran(self, items: int, seconds: float) -> None:
        """One call of the model, for so many items."""
        if self._average is None:
            self._average = (seconds, float(items))
        else:
            old_seconds, old_items = self._average
            self._average = (
                old_seconds + _NEWEST * (seconds - old_seconds),
                old_items + _NEWEST * (items - old_items),
            )

    def for_items(self, count: int) -> float | None:
        """Estimated seconds until so many are worked off; ``None`` before anything was measured."""
        if self._average is None:
            return None
        seconds, items = self._average
        return count / items * seconds
