"""How long ago something was, by a clock on the wall that may be set while we run."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["Ages"]


def _wall() -> datetime:
    return datetime.now(UTC)


class Ages:
    """Counts with the monotonic clock from the time that the clock on the wall showed when this was made.

    Whatever that clock is set to later, nothing grows old before its time. What was noted by a clock set far back or
    ahead may stay young for as long as that, until the process starts again.
    """

    def __init__(self, wall: Callable[[], datetime] = _wall, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._began, self._from = wall(), monotonic()

    def of(self, moment: datetime) -> float:
        """Seconds since the moment; negative before it."""
        went = self._began + timedelta(seconds=self._monotonic() - self._from)
        return (min(went, self._wall()) - moment).total_seconds()
