"""What may be sent to one chat, or to all: answers by their own count, previews and signs by what those leave.

Two buckets make sure that a preview never takes the place of an answer: answers look at theirs alone, and take from
the common one as well, into debt if need be; everything else waits until both have room.
"""

from __future__ import annotations

from bot.telegram.pacing.bucket import Bucket
from bot.telegram.pacing.call import Urgency

__all__ = ["Allowance"]

_NEEDED = {Urgency.PREVIEW: 1.0, Urgency.SIGN: 2.0}  # tokens of the common bucket: a sign leaves one to a preview


class Allowance:
    """``rate`` a second; at once ``burst`` answers, and ``spare`` of the rest. Times are seconds of one clock."""

    __slots__ = ("_answers", "_common", "_rate")

    def __init__(self, rate: float, burst: float, spare: float, now: float) -> None:
        self._rate = rate
        self._answers = Bucket(rate, burst, now)
        self._common = Bucket(rate, max(spare, _NEEDED[Urgency.SIGN]), now)

    def wait(self, now: float, answers: int = 1) -> float:
        """Seconds until there is room for so many answers; 0 when there is."""
        return self._answers.wait(now, answers)

    def answer(self, now: float) -> None:
        self._answers.take(now)
        self._common.take(now)

    def spares(self, urgency: Urgency, now: float) -> bool:
        """Whether there is room for a preview or a sign that no answer needs."""
        return not self._common.wait(now, _NEEDED[urgency]) and not self._answers.wait(now)

    def spare(self, now: float) -> None:
        """Take the room of a preview or a sign."""
        self._common.take(now)

    def full(self, now: float) -> bool:
        return self._answers.full(now) and self._common.full(now)

    def slow_to(self, factor: float, now: float) -> None:
        """Gain at that part of the rate from now on."""
        for bucket in (self._answers, self._common):
            bucket.turn_to(self._rate * factor, now)

    def empty(self, now: float) -> None:
        """Let no burst through."""
        for bucket in (self._answers, self._common):
            bucket.empty(now)
