"""Who may call the Bot API when: answers in order, the rest only where there is room, nobody held up by others."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from telegram.error import RetryAfter

from bot.telegram.pacing.call import Call, Urgency, is_shown, urgency_of
from bot.telegram.pacing.lane import Lane
from bot.telegram.pacing.lanes import Lanes
from bot.telegram.pacing.limits import Limits
from bot.telegram.pacing.methods import Methods
from bot.telegram.pacing.overall import Overall
from bot.telegram.pacing.refusals import Crowded, NotNow, seconds_of
from bot.telegram.pacing.tally import Tally

__all__ = ["Scheduler"]

_Result = TypeVar("_Result")
_Make = Callable[[], Awaitable[_Result]]
_PLAIN = Call()


class Scheduler:
    """Makes calls when they may be made; ``tally`` counts what became of them.

    ``clock`` gives the seconds of the event loop's clock, which is monotonic.
    """

    def __init__(self, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        self._lanes = Lanes(self._limits, clock)
        self._overall = Overall(self._limits, clock)
        self._methods = Methods(clock)
        self.tally = Tally()

    @property
    def factor(self) -> float:
        """The part of the overall rate that is used; below 1 while Telegram holds back several chats."""
        return self._overall.factor

    @property
    def chats(self) -> int:
        """How many chats are kept in mind."""
        return len(self._lanes)

    async def run(self, method: str, chat: str | None, make: _Make[_Result], call: Call | None = None) -> _Result:
        """What ``make`` gives, called once it may be; an answer's again after a 429 if its time allows.

        Raises NotNow (a preview or a sign), Crowded (the rest; it is a RetryAfter) and what ``make`` raises.
        """
        call = call or _PLAIN
        urgency = call.urgency or urgency_of(method)
        if chat is None or urgency is Urgency.FREE:
            return await self._free(method, make)
        if urgency is Urgency.ANSWER:
            within = self._limits.patience if call.within is None else call.within
            return await self._answer(method, chat, make, self._clock() + within)
        return await self._spare(urgency, method, chat, make)

    async def _free(self, method: str, make: _Make[_Result]) -> _Result:
        try:
            self._methods.check(method)
        except Crowded as exc:
            self.tally.note_refused(Urgency.FREE, method, exc)
            raise
        self.tally.note_sent(Urgency.FREE)
        try:
            return await make()
        except RetryAfter as exc:
            self.tally.note_penalty(method, exc)
            self._methods.shut(method, self._clock() + seconds_of(exc))
            raise

    async def _answer(self, method: str, chat: str, make: _Make[_Result], deadline: float) -> _Result:
        lane = self._lanes.of(chat)
        try:
            async with lane.turn(deadline) as waited:
                while True:
                    waited += await self._room(lane, deadline)
                    self.tally.note_sent(Urgency.ANSWER, waited)
                    try:
                        return await make()
                    except RetryAfter as exc:
                        if self._penalise(chat, method, exc) > deadline:
                            raise
                    waited = 0.0
        except Crowded as exc:
            self.tally.note_refused(Urgency.ANSWER, method, exc)
            raise

    async def _room(self, lane: Lane, deadline: float) -> float:
        """Take the room of an answer, in its chat and overall; after so many seconds. Raises Crowded."""
        waited = 0.0
        while True:
            waited += await lane.room(deadline)
            waited += await self._overall.room(deadline)
            now = self._clock()
            if not lane.wait(now):  # something else may have been told to leave the chat alone meanwhile
                lane.answer(now)
                self._overall.answer(now)
                return waited

    async def _spare(self, urgency: Urgency, method: str, chat: str, make: _Make[_Result]) -> _Result:
        lane = self._lanes.of(chat)
        now = self._clock()
        if not (lane.spares(urgency, now) and self._overall.spares(urgency, now)):
            self.tally.note_skipped(urgency, method)
            raise NotNow
        lane.spare(now)
        self._overall.spare(now)
        self.tally.note_sent(urgency)
        try:
            return await make()
        except RetryAfter as exc:
            self._penalise(chat, method, exc)
            raise

    def _penalise(self, chat: str, method: str, exc: RetryAfter) -> float:
        """Leave the chat alone as Telegram asked; until when. What is not shown in it keeps no answer back."""
        self.tally.note_penalty(method, exc)
        now = self._clock()
        until = now + seconds_of(exc)
        lane = self._lanes.of(chat)
        if is_shown(method):
            lane.shut(until)
            self._overall.complained(chat, now)
        else:
            lane.quiet(until)
        return until
