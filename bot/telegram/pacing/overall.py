"""All chats together: who waits goes in order, and the pace falls when Telegram holds back many chats."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

import structlog

from bot.telegram.pacing.allowance import Allowance
from bot.telegram.pacing.call import Urgency
from bot.telegram.pacing.limits import Limits
from bot.telegram.pacing.refusals import Crowded

__all__ = ["Overall"]

_log = structlog.get_logger()
_LATELY = 5.0  # seconds in which several chats are told to wait when it is not they who write too much
_SEVERAL = 3  # chats
_REMEMBERED = 64  # complaints
_SLOW = 30.0  # seconds until the pace doubles again
_SLOWEST = 1 / 8  # of the rate


class Overall:
    """``limits.waiting_overall`` answers may wait. Times are seconds of ``clock``."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._most = limits.waiting_overall
        self._allowance = Allowance(limits.overall, limits.overall_burst, limits.overall_burst, clock())
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._complaints: deque[tuple[float, str]] = deque(maxlen=_REMEMBERED)
        self._factor = 1.0
        self._eases = 0.0  # when the pace doubles, while it is lowered

    @property
    def factor(self) -> float:
        """The part of the rate that is used."""
        return self._factor

    @property
    def waiting(self) -> int:
        """Answers that wait for their place among all."""
        return self._waiting

    async def room(self, deadline: float) -> float:
        """Return when an answer may go, after so many seconds; who asked first goes first. Raises Crowded."""
        now = self._clock()
        self._ease(now)
        if not self._waiting and not self._allowance.wait(now):
            return 0.0
        wait = self._allowance.wait(now, self._waiting + 1)
        if self._waiting >= self._most or now + wait > deadline:
            raise Crowded(wait)
        self._waiting += 1
        try:
            async with asyncio.timeout(deadline - now), self._turn:
                await self._outwait()
        except TimeoutError:
            raise Crowded(self._allowance.wait(self._clock(), self._waiting)) from None
        finally:
            self._waiting -= 1
        return self._clock() - now

    async def _outwait(self) -> None:
        while True:  # the pace may have fallen meanwhile
            wait = self._allowance.wait(self._clock())
            if not wait:
                return
            await asyncio.sleep(wait)

    def answer(self, now: float) -> None:
        """Take the room of an answer."""
        self._allowance.answer(now)

    def spares(self, urgency: Urgency, now: float) -> bool:
        """Whether a preview or a sign may go."""
        self._ease(now)
        return not self._waiting and self._allowance.spares(urgency, now)

    def spare(self, now: float) -> None:
        """Take the room of a preview or a sign."""
        self._allowance.spare(now)

    def complained(self, chat: str, now: float) -> None:
        """Telegram asked to wait with that chat: when it does so with several, we are too fast for it as a whole."""
        self._complaints.append((now, chat))
        if len({who for at, who in self._complaints if now - at <= _LATELY}) < _SEVERAL:
            return
        self._complaints.clear()
        self._factor = max(_SLOWEST, self._factor / 2)
        self._eases = now + _SLOW
        self._allowance.slow_to(self._factor, now)
        self._allowance.empty(now)
        _log.warning("telegram holds back several chats, slowing down", part=self._factor)

    def _ease(self, now: float) -> None:
        while self._factor < 1.0 and now >= self._eases:
            self._factor = min(1.0, self._factor * 2)
            self._eases += _SLOW
            self._allowance.slow_to(self._factor, now)
