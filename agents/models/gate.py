"""The places in a model that works on several calls at once: bounded, given to callers in turn, kept warm for them."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from agents.errors import ModelBusy
from agents.models.batching import Line

if TYPE_CHECKING:
    from agents.models.metrics import Meter

__all__ = ["Gate"]

_NOTABLE = 0.25  # how much the latest stay counts for in the estimate of the next


class Gate:
    """``places`` work at once, ``waiting`` more may wait. It belongs to one event loop.

    Places have numbers from 0. A caller gets the one it had before while that is free, since what it said stands there
    still; otherwise the one left alone for longest. What nobody said (the opening of every prompt) is for whoever comes
    next.
    """

    def __init__(self, reference: str, places: int, waiting: int, meter: Meter) -> None:
        self._reference = reference
        self._places = places
        self._meter = meter
        self._free = list(range(places))  # the one left alone for longest first
        self._had: dict[int, str] = {}  # who was in each place last
        self._entered: dict[int, float] = {}  # when who is there now came
        self._line: Line[asyncio.Future[int]] = Line(waiting)
        self._stay: float | None = None  # seconds, of the latest stays

    async def enter(self, caller: str, *, kept: bool) -> int:
        """One of the places, when it is the caller's turn; whoever has it leaves it. Raises ModelBusy.

        ``kept``: the caller goes on with what stands there, now and later.
        """
        place = await self._called_up(caller, kept)
        self._entered[place] = time.monotonic()
        return place

    def leave(self, place: int, caller: str, *, kept: bool) -> None:
        self._learn(time.monotonic() - self._entered.pop(place))
        self._had.pop(place, None)
        if kept and caller:  # what it left elsewhere is older
            self._had = {place: caller, **{other: who for other, who in self._had.items() if who != caller}}
        self._free_again(place, last=kept and bool(caller))

    async def _called_up(self, caller: str, kept: bool) -> int:
        if self._free and not len(self._line):
            return self._chosen(caller if kept else "")
        if self._line.full:
            raise ModelBusy(self._reference, "too many are waiting", self._patience())
        turn: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._line.put(caller, turn)
        self._meter.waits(len(self._line))
        try:
            return await turn
        except asyncio.CancelledError:
            if not self._line.remove(caller, turn) and not turn.cancelled():
                self._free_again(turn.result(), last=False)  # called up in the instant in which it left
            raise
        finally:
            self._meter.waits(len(self._line))

    def _chosen(self, caller: str) -> int:
        mine = (place for place in self._free if caller and self._had.get(place) == caller)
        place = next(mine, self._free[0])
        self._free.remove(place)
        return place

    def _free_again(self, place: int, *, last: bool) -> None:
        self._free.insert(len(self._free) if last else 0, place)
        while self._free and len(self._line):
            turn = self._line.take()
            if not turn.done():  # its caller may have gone in this instant
                turn.set_result(self._free.pop(0))

    def _learn(self, seconds: float) -> None:
        self._stay = seconds if self._stay is None else self._stay + _NOTABLE * (seconds - self._stay)

    def _patience(self) -> float | None:
        """Seconds until one more than those who wait now would have had its turn."""
        return None if self._stay is None else self._stay * (len(self._line) + 1) / self._places
