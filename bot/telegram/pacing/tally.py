"""What became of the calls: nothing is refused or made to wait without being counted and said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import structlog
from telegram.error import RetryAfter

from bot.telegram.pacing.call import Urgency
from bot.telegram.pacing.refusals import seconds_of

__all__ = ["Tally"]

_log = structlog.get_logger()


@dataclass(slots=True)
class Tally:
    """Counts since start.

    ``sent`` and ``refused`` are by urgency, ``penalties`` (429s of Telegram) by method. ``held`` are the answers that
    waited, in all ``seconds``.
    """

    sent: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    penalties: Counter[str] = field(default_factory=Counter)
    held: int = 0
    seconds: float = 0.0

    def note_sent(self, urgency: Urgency, waited: float = 0.0) -> None:
        self.sent[urgency.value] += 1
        if waited:
            self.held += 1
            self.seconds += waited

    def note_skipped(self, urgency: Urgency, method: str) -> None:
        """A preview or a sign had no room."""
        self.refused[urgency.value] += 1
        _log.debug("telegram call skipped, no room", method=method)

    def note_refused(self, urgency: Urgency, method: str, exc: RetryAfter) -> None:
        """An answer must come again."""
        self.refused[urgency.value] += 1
        _log.warning("telegram call put off, too many before it", method=method, seconds=round(seconds_of(exc), 3))

    def note_penalty(self, method: str, exc: RetryAfter) -> None:
        self.penalties[method] += 1
        _log.warning("telegram asks to write later", method=method, seconds=seconds_of(exc))
