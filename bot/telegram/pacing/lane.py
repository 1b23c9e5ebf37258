"""One chat: its answers go one after the other, and what Telegram asked to wait is waited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.telegram.pacing.allowance import Allowance
from bot.telegram.pacing.bucket import NO_TIME
from bot.telegram.pacing.call import Urgency
from bot.telegram.pacing.refusals import Crowded

__all__ = ["Lane"]


class Lane:
    """``waiting`` is how many answers may wait. Times are seconds of ``clock``."""

    __slots__ = ("_allowance", "_clock", "_inside", "_most", "_quiet", "_shut", "_turn")

    def __init__(self, allowance: Allowance, waiting: int, clock: Callable[[], float]) -> None:
        self._allowance = allowance
        self._most = waiting + 1  # with the one whose turn it is
        self._clock = clock
        self._inside = 0
        self._turn = asyncio.Lock()  # gives way in the order in which it is asked
        self._shut = self._quiet = clock()  # until when nothing goes, or only answers go

    @property
    def busy(self) -> bool:
        """Whether an answer is on its way or waits."""
        return self._inside > 0

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[float]:
        """Hold the chat until an answer is through, so that the next cannot overtake it. Raises Crowded.

        Gives the seconds that were waited for it.
        """
        if self._inside >= self._most:
            raise Crowded(self.wait(self._clock(), self._inside))
        self._inside += 1
        try:
            waited = await self._reach(deadline)
            try:
                yield waited
            finally:
                self._turn.release()
        finally:
            self._inside -= 1

    async def _reach(self, deadline: float) -> float:
        if self._inside == 1:  # nobody else, so this does not wait
            await self._turn.acquire()
            return 0.0
        asked = self._clock()
        try:
            async with asyncio.timeout(deadline - asked):
                await self._turn.acquire()
        except TimeoutError:
            raise Crowded(self.wait(self._clock(), self._inside)) from None
        return self._clock() - asked

    def wait(self, now: float, answers: int = 1) -> float:
        """Seconds until the chat takes so many answers; 0 when it does."""
        shut = self._shut - now
        return max(self._allowance.wait(now, answers), shut if shut > NO_TIME else 0.0)

    async def room(self, deadline: float) -> float:
        """Return when the chat takes an answer, for the one whose turn it is; after so many seconds. Raises Crowded."""
        waited = 0.0
        while wait := self.wait(now := self._clock()):
            if now + wait > deadline:
                raise Crowded(wait)
            await asyncio.sleep(wait)
            waited += wait
        return waited

    def answer(self, now: float) -> None:
        """Take the room of an answer."""
        self._allowance.answer(now)

    def spares(self, urgency: Urgency, now: float) -> bool:
        """Whether a preview or a sign may go."""
        return now >= self._quiet and now >= self._shut and not self.busy and self._allowance.spares(urgency, now)

    def spare(self, now: float) -> None:
        """Take the room of a preview or a sign."""
        self._allowance.spare(now)

    def shut(self, until: float) -> None:
        """Let nothing through until then."""
        self._shut = max(self._shut, until)

    def quiet(self, until: float) -> None:
        """Let only answers through until then."""
        self._quiet = max(self._quiet, until)

    def forgettable(self, now: float) -> bool:
        """Whether a new one would be the same."""
        return not self.busy and now >= max(self._shut, self._quiet) and self._allowance.full(now)
