"""How a call is refused before Telegram sees it: in PTB's own terms, so that callers treat both alike."""

from __future__ import annotations

import os
from datetime import timedelta

from telegram.error import RetryAfter, TelegramError

__all__ = ["Crowded", "NotNow", "seconds_of"]

# PTB's switch to durations as timedelta. Without it every 429 makes PTB warn about its own old way.
os.environ["PTB_TIMEDELTA"] = "true"

_SOONEST = 0.1  # seconds
_LATEST = 86_400.0  # seconds; what would be longer is asked again


class NotNow(TelegramError):
    """There is no room for a preview or a sign; it is out of date before there is."""

    def __init__(self) -> None:
        super().__init__("no room for what is no answer")


class Crowded(RetryAfter):
    """An answer would wait longer than it may, or too many wait already. ``retry_after`` tells when to come again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(timedelta(seconds=min(max(seconds, _SOONEST), _LATEST)))


def seconds_of(exc: RetryAfter) -> float:
    """``retry_after`` in seconds, in either of the two types PTB gives it; a day at most."""
    after = exc.retry_after
    seconds = after.total_seconds() if isinstance(after, timedelta) else float(after)
    return min(max(seconds, _SOONEST), _LATEST)
