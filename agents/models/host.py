"""The asynchronous face of a synchronous model: one place for loading, waiting, deadlines, errors and timings."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import structlog

from agents.errors import ModelBusy, ModelCrashed, ModelLate, ModelUnavailable, ParleyError
from agents.ports import Card
from agents.values import Finding

__all__ = ["HostStats", "HostedSense"]

PortT = TypeVar("PortT")
ItemT = TypeVar("ItemT")
_log = structlog.get_logger()
_COMPANY = 0.005  # seconds a lone item waits for others to go with it


@dataclass(frozen=True, slots=True)
class HostStats:
    """What a host has counted so far. ``*_seconds`` are sums over calls, ``slowest`` the longest call in seconds."""

    calls: int = 0
    failed: int = 0
    late: int = 0
    refused: int = 0
    dropped: int = 0
    load_seconds: float = 0.0
    work_seconds: float = 0.0
    slowest: float = 0.0


class _Call(Generic[ItemT]):
    """One item on its way through the model's thread, with the future its caller waits on. No item: only load."""

    def __init__(self, items: Sequence[ItemT]) -> None:
        self.items = items
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[list[list[Finding]]] = self._loop.create_future()
        self.answer.add_done_callback(_look)

    def settle(self, outcome: list[list[Finding]] | ParleyError) -> None:
        """Hand the outcome to the caller's loop, if both are still there."""
        try:
            self._loop.call_soon_threadsafe(self._settle, outcome)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def _settle(self, outcome: list[list[Finding]] | ParleyError) -> None:
        if self.answer.done():
            return
        if isinstance(outcome, ParleyError):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


def _look(answer: asyncio.Future[Any]) -> None:
    """Count an error as seen, so that asyncio does not warn when the caller left in the same instant."""
    if not answer.cancelled():
        answer.exception()


class HostedSense(Generic[PortT, ItemT]):
    """Fills :class:`agents.ports.Sense` with a port that ``load`` makes and ``call`` uses.

    All work on the model, loading included, happens in one thread of its own, so a model is never entered twice at
    once. At most ``waiting`` calls stand before it; a call whose caller has gone is dropped before it starts.
    ``deadline`` is in seconds from asking to answer; past it the caller goes on while the thread finishes. A load
    that failed is remembered for ``retry_load`` seconds, so a missing model costs nothing on every turn.

    At most ``together`` items that wait go in one call. That is for models to which several are little more than one:
    where they are worked on one by one, the first would only wait for the last.
    """

    def __init__(
        self,
        card: Card,
        load: Callable[[], PortT],
        call: Callable[[PortT, Sequence[ItemT]], list[list[Finding]]],
        *,
        deadline: float,
        waiting: int = 16,
        together: int = 1,
        retry_load: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._card = card
        self._load, self._call = load, call
        self._deadline, self._waiting, self._retry_load = deadline, waiting, retry_load
        self._together = together
        self._clock = clock
        self._stats = HostStats()
        self._queue: deque[_Call[ItemT]] = deque()
        self._change = threading.Condition()  # guards the queue, the thread and closed
        self._thread: threading.Thread | None = None
        self._closed = False
        self._port: PortT | None = None  # this and what follows belong to the thread
        self._failure: tuple[float, str] | None = None

    @property
    def card(self) -> Card:
        return self._card

    @property
    def stats(self) -> HostStats:
        return self._stats

    async def load(self) -> None:
        """Load the model now, without a deadline. Raises ModelUnavailable."""
        await self._answer(_Call(()))

    async def perceive(self, item: ItemT) -> list[Finding]:
        """What the model finds in one item. Raises ModelBusy, ModelLate, ModelUnavailable, ModelCrashed."""
        try:
            async with asyncio.timeout(self._deadline):
                return (await self._answer(_Call((item,))))[0]
        except TimeoutError as exc:
            self._count(late=1)
            raise ModelLate(self._card.reference, f"{self._deadline:g} s") from exc

    def close(self) -> None:
        """Refuse further calls and those that wait; the thread ends after the call it is in. Returns at once."""
        with self._change:
            self._closed = True
            waiting = list(self._queue)
            self._queue.clear()
            self._change.notify_all()
        for call in waiting:
            call.settle(self._unavailable("closed"))

    async def _answer(self, call: _Call[ItemT]) -> list[list[Finding]]:
        self._enqueue(call)
        try:
            return await call.answer
        finally:
            self._leave(call)

    def _enqueue(self, call: _Call[ItemT]) -> None:
        with self._change:
            if self._closed:
                raise self._unavailable("closed")
            if len(self._queue) >= self._waiting:
                self._stats = replace(self._stats, refused=self._stats.refused + 1)
                raise ModelBusy(self._card.reference, f"{self._waiting} calls are waiting")
            self._queue.append(call)
            if self._thread is None:
                # daemon: a native call that hangs must not keep the process from ending
                self._thread = threading.Thread(target=self._work, name=self._card.reference, daemon=True)
                self._thread.start()
            self._change.notify()

    def _leave(self, call: _Call[ItemT]) -> None:
        """The caller is done or gone: a call that has not started makes room for others."""
        with self._change:
            if call in self._queue:
                self._queue.remove(call)
                self._stats = replace(self._stats, dropped=self._stats.dropped + 1)

    def _work(self) -> None:
        while calls := self._next():
            if len(calls) == 1 or not self._served_together(calls):
                for call in calls:
                    call.settle(self._outcome(call.items))

    def _next(self) -> list[_Call[ItemT]]:
        """The calls whose turn it is; none when there will be no more."""
        with self._change:
            while not self._queue and not self._closed:
                self._change.wait()
            if not self._queue:
                self._port = None  # closed: let the memory go
                return []
            calls = [self._queue.popleft()]
            if calls[0].items and self._together > 1:
                self._change.wait_for(lambda: len(self._queue) >= self._together - 1 or self._closed, _COMPANY)
                while self._queue and self._queue[0].items and len(calls) < self._together:
                    calls.append(self._queue.popleft())
            return calls

    def _served_together(self, calls: Sequence[_Call[ItemT]]) -> bool:
        """Whether one call of the model served them; when it fails, each is to meet its own fate."""
        try:
            found = self._called(self._loaded(), [item for call in calls for item in call.items])
        except ParleyError:
            return False
        for call, its in zip(calls, found, strict=True):
            call.settle([its])
        return True

    def _outcome(self, items: Sequence[ItemT]) -> list[list[Finding]] | ParleyError:
        try:
            port = self._loaded()
            return self._called(port, items) if items else []
        except ParleyError as exc:
            self._count(failed=1)
            return exc

    def _loaded(self) -> PortT:
        if self._port is not None:
            return self._port
        if self._failure is not None and self._clock() < self._failure[0] + self._retry_load:
            raise self._unavailable(self._failure[1])
        started = time.perf_counter()
        try:
            self._port = self._load()
        # The one place where an engine's errors become ours. Engines raise anything, and panics of Rust libraries
        # (tokenizers) derive from BaseException: uncaught, they would end the thread and leave callers waiting.
        except BaseException as exc:
            detail = exc.detail if isinstance(exc, ModelUnavailable) else type(exc).__name__
            self._failure = (self._clock(), detail)
            _log.error("sense.load_failed", model=self._card.reference, error=type(exc).__name__, detail=detail)
            raise self._unavailable(detail) from exc
        self._failure = None
        seconds = time.perf_counter() - started
        self._count(load_seconds=seconds)
        _log.info("sense.loaded", model=self._card.reference, seconds=round(seconds, 3))
        return self._port

    def _called(self, port: PortT, items: Sequence[ItemT]) -> list[list[Finding]]:
        started = time.perf_counter()
        try:
            found = self._call(port, items)
        except ParleyError:
            raise
        except BaseException as exc:  # see _loaded
            _log.error("sense.crashed", model=self._card.reference, error=type(exc).__name__)
            raise ModelCrashed(self._card.reference, type(exc).__name__) from exc
        finally:
            seconds = time.perf_counter() - started
            self._count(calls=1, work_seconds=seconds, slowest=max(0.0, seconds - self._stats.slowest))
        if len(found) != len(items):
            raise ModelCrashed(self._card.reference, f"{len(found)} answers for {len(items)} items")
        return found

    def _unavailable(self, detail: str) -> ModelUnavailable:
        return ModelUnavailable(self._card.reference, detail)

    def _count(self, **more: float) -> None:
        with self._change:
            self._stats = replace(self._stats, **{name: getattr(self._stats, name) + by for name, by in more.items()})
