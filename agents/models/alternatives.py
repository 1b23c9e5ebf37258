"""Several models for one role, each with its breaker: which is asked next, and which of their errors is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from agents.errors import ModelBusy, ModelError, ModelLate, ModelRefused
from agents.models.breaker import Breaker
from agents.models.metrics import Meter, Metrics

__all__ = ["Alternative", "Alternatives", "listed", "told"]


class _Card(Protocol):
    @property
    def reference(self) -> str: ...


class _Model(Protocol):
    @property
    def card(self) -> _Card: ...

    async def stop(self) -> None: ...


ModelT = TypeVar("ModelT", bound=_Model)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Alternative(Generic[ModelT]):
    model: ModelT
    breaker: Breaker
    meter: Meter

    @property
    def reference(self) -> str:
        return self.model.card.reference

    async def within(self, seconds: float | None, answer: Awaitable[T]) -> T:
        """The answer. Raises ModelLate when it does not come within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as exc:
            self.meter.failed("", ModelLate.code)
            raise ModelLate(self.reference, "no answer in its share of the time") from exc


class Alternatives(Generic[ModelT]):
    """Models in the order in which to ask them. For the event loop's thread alone."""

    def __init__(
        self, models: Sequence[ModelT], metrics: Metrics, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``clock`` is monotonic, in seconds."""
        self._all = [_alternative(model, metrics, clock) for model in models]
        self.unloaded: list[ModelError] = []  # what those raised that did not load the last time

    @property
    def models(self) -> list[ModelT]:
        return [one.model for one in self._all]

    @property
    def next(self) -> Alternative[ModelT]:
        """The one that is asked next: the first that is not left alone, or else the one that may be tried soonest."""
        ready = (one for one in self._all if one.breaker.ready)
        return next(ready, min(self._all, key=lambda one: one.breaker.until))

    def to_ask(self) -> Iterator[tuple[Alternative[ModelT], bool]]:
        """Whom to ask, one after another until somebody answers, and whether nobody comes after that one."""
        if not any(one.breaker.ready for one in self._all):
            yield self.next, True
            return
        for place, one in enumerate(self._all):
            if one.breaker.ready:
                yield one, not any(other.breaker.ready for other in self._all[place + 1 :])

    async def load(self, load: Callable[[ModelT], Awaitable[None]]) -> None:
        """Load them all. Raises the error of the first when none of them can be."""
        ends = await asyncio.gather(*(self._loaded(one, load) for one in self._all))
        self.unloaded = [error for error in ends if error is not None]
        if len(self.unloaded) == len(self._all):
            raise self.unloaded[0]

    async def _loaded(self, one: Alternative[ModelT], load: Callable[[ModelT], Awaitable[None]]) -> ModelError | None:
        try:
            with one.breaker.trial():
                await load(one.model)
        except ModelError as error:  # its breaker has it in the log
            return error
        return None

    async def stop(self) -> None:
        """Stop them all; what one raises is raised once the others have stopped."""
        async with asyncio.TaskGroup() as group:
            for one in self._all:
                group.create_task(one.model.stop())


def _alternative(model: ModelT, metrics: Metrics, clock: Callable[[], float]) -> Alternative[ModelT]:
    reference = model.card.reference
    meter = metrics.of(reference)
    return Alternative(model, Breaker(reference, clock=clock, told=meter.breaks), meter)


def listed(errors: Sequence[ModelError]) -> str:
    """Which models failed, and how, for a trace."""
    return ", ".join(f"{error.model}: {error.code}" for error in errors)


def told(errors: Sequence[ModelError]) -> ModelError:
    """Of what they raised, what says most about asking again: the shortest wait, or else the last of the best kind."""
    busy = [error for error in errors if isinstance(error, ModelBusy)]
    if busy:
        return min(busy, key=lambda error: error.retry_after or float("inf"))
    return max(reversed(errors), key=lambda error: (error.retryable, not isinstance(error, ModelRefused)))
