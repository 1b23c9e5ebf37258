"""One item on its way through a model's thread, and the way back to the event loops of those who asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from agents.errors import ParleyError
from agents.models.caller import CALLER
from agents.models.job import Job

__all__ = ["Call", "Outcome", "settle"]

PortT = TypeVar("PortT")


class Call(Generic[PortT]):
    """Made in the task that asks, which waits on ``answer``. No job: only load. ``since`` is in the host's seconds."""

    def __init__(self, job: Job[PortT] | None, item: Any, since: float) -> None:
        self.job, self.item, self.since = job, item, since
        self.key = job.key(item) if job else None
        self.counted = job is None or job.counted
        self.weight = job.weight(item) if job else 0
        self.caller = CALLER.get()
        self.loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self.loop.create_future()
        self.answer.add_done_callback(_look)

    @property
    def gone(self) -> bool:
        """Whether nobody waits for the answer."""
        return self.answer.done()

    def goes_with(self, other: Call[PortT]) -> bool:
        """Whether one call of the model may serve both."""
        return self.job is other.job and self.key == other.key


@dataclass(frozen=True, slots=True)
class Outcome(Generic[PortT]):
    """What came of a call: the result, or the error."""

    call: Call[PortT]
    result: Any = None
    error: ParleyError | None = None

    def tell(self) -> None:
        """Hand it to whoever still waits, in his event loop."""
        if self.call.gone:
            return
        if self.error is not None:
            self.call.answer.set_exception(self.error)
        else:
            self.call.answer.set_result(self.result)


def settle(outcomes: Iterable[Outcome[Any]]) -> None:
    """Tell them in one go to each event loop, so that those who ask again do so together. From any thread."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Outcome[Any]]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome.call.loop, []).append(outcome)
    for loop, its in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, its)
        except RuntimeError:  # the loop is closed: nobody waits any more
            continue


def _tell(outcomes: list[Outcome[Any]]) -> None:
    for outcome in outcomes:
        outcome.tell()


def _look(answer: asyncio.Future[Any]) -> None:
    """Count an error as seen, so that asyncio does not warn when the caller left in the same instant."""
    if not answer.cancelled():
        answer.exception()
