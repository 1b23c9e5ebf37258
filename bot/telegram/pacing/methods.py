"""Calls that no chat gets to see: not limited, but a method that Telegram asked to leave alone is left alone."""

from __future__ import annotations

from collections.abc import Callable

from bot.telegram.pacing.bucket import NO_TIME
from bot.telegram.pacing.refusals import Crowded

__all__ = ["Methods"]


class Methods:
    """Times are seconds of ``clock``. Methods are named by our own code, so there are few."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shut: dict[str, float] = {}  # until when

    def check(self, method: str) -> None:
        """Raises Crowded while the method is to be left alone."""
        if not self._shut or method not in self._shut:
            return
        left = self._shut[method] - self._clock()
        if left > NO_TIME:
            raise Crowded(left)
        del self._shut[method]

    def shut(self, method: str, until: float) -> None:
        self._shut[method] = until
