"""The asynchronous face of synchronous models: one place for loading, waiting, deadlines, errors and timings."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import structlog

from agents.errors import ModelBusy, ModelCrashed, ModelUnavailable, ParleyError
from agents.models.ladder import Rung

__all__ = ["Host", "HostStats", "Job"]

PortT = TypeVar("PortT")
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


@dataclass(frozen=True, slots=True, eq=False)
class Job(Generic[PortT]):
    """One kind of work on a model: ``work`` takes items and gives as many results, in their order.

    At most ``together`` items that wait go in one call. That is for models to which several are little more than one:
    where they are worked on one by one, the first would only wait for the last.
    """

    work: Callable[[PortT, Sequence[Any]], Sequence[Any]]
    together: int = 1


class _Call(Generic[PortT]):
    """One item on its way through the model's thread, with the future its caller waits on. No job: only load."""

    def __init__(self, job: Job[PortT] | None, item: Any = None) -> None:
        self.job = job
        self.item = item
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self._loop.create_future()
        self.answer.add_done_callback(_look)

    def settle(self, result: Any, error: ParleyError | None = None) -> None:
        """Hand the outcome to the caller's loop, if both are still there."""
        try:
            self._loop.call_soon_threadsafe(self._settle, result, error)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def _settle(self, result: Any, error: ParleyError | None) -> None:
        if self.answer.done():
            return
        if error is not None:
            self.answer.set_exception(error)
        else:
            self.answer.set_result(result)


def _look(answer: asyncio.Future[Any]) -> None:
    """Count an error as seen, so that asyncio does not warn when the caller left in the same instant."""
    if not answer.cancelled():
        answer.exception()


class Host(Generic[PortT]):
    """One model that the first of ``rungs`` makes, in a thread of its own, for every port and job that uses it.

    All work on the model, loading included, happens in that thread, so a model is never entered twice at once. At most
    ``waiting`` calls stand before it; a call whose caller has gone is dropped before it starts. A load that failed is
    remembered for ``retry_load`` seconds, so a missing model costs nothing on every turn.
    """

    def __init__(
        self,
        reference: str,
        rungs: Sequence[Rung[PortT]],
        *,
        waiting: int = 16,
        retry_load: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.reference = reference
        self._load, self._waiting, self._retry_load = rungs[0].load, waiting, retry_load
        self._clock = clock
        self._stats = HostStats()
        self._queue: deque[_Call[PortT]] = deque()
        self._change = threading.Condition()  # guards the queue, the thread and closed
        self._thread: threading.Thread | None = None
        self._closed = False
        self._port: PortT | None = None  # this and what follows belong to the thread
        self._failure: tuple[float, str] | None = None

    @property
    def stats(self) -> HostStats:
        return self._stats

    async def load(self) -> None:
        """Load the model now, without a deadline. Raises ModelUnavailable."""
        await self._answer(_Call(None))

    async def call(self, job: Job[PortT], item: Any) -> Any:
        """The job's result for one item. The deadline is the caller's, who may leave at any time.

        Raises ModelBusy, ModelUnavailable, ModelCrashed, and what of ``agents.errors`` the job itself raises.
        """
        return await self._answer(_Call(job, item))

    def count_late(self) -> None:
        """Note that a caller's deadline passed."""
        self._count(late=1)

    def close(self) -> None:
        """Refuse further calls and those that wait; the thread ends after the call it is in. Returns at once."""
        with self._change:
            self._closed = True
            waiting = list(self._queue)
            self._queue.clear()
            self._change.notify_all()
        for call in waiting:
            call.settle(None, self._unavailable("closed"))

    async def _answer(self, call: _Call[PortT]) -> Any:
        self._enqueue(call)
        try:
            return await call.answer
        finally:
            self._leave(call)

    def _enqueue(self, call: _Call[PortT]) -> None:
        with self._change:
            if self._closed:
                raise self._unavailable("closed")
            if len(self._queue) >= self._waiting:
                self._stats = replace(self._stats, refused=self._stats.refused + 1)
                raise ModelBusy(self.reference, f"{self._waiting} calls are waiting")
            self._queue.append(call)
            if self._thread is None:
                # daemon: a native call that hangs must not keep the process from ending
                self._thread = threading.Thread(target=self._work, name=self.reference, daemon=True)
                self._thread.start()
            self._change.notify()

    def _leave(self, call: _Call[PortT]) -> None:
        """The caller is done or gone: a call that has not started makes room for others."""
        with self._change:
            if call in self._queue:
                self._queue.remove(call)
                self._stats = replace(self._stats, dropped=self._stats.dropped + 1)

    def _work(self) -> None:
        while calls := self._next():
            self._work_off(calls)
            del calls  # while nothing is to be done, nobody's recording or photo is kept

    def _work_off(self, calls: Sequence[_Call[PortT]]) -> None:
        job = calls[0].job
        if job is None or len(calls) == 1 or not self._served_together(job, calls):
            for call in calls:
                if not call.answer.done():  # its caller may have gone meanwhile
                    self._serve(call)

    def _next(self) -> list[_Call[PortT]]:
        """The calls whose turn it is; none when there will be no more."""
        with self._change:
            while not self._queue and not self._closed:
                self._change.wait()
            if not self._queue:
                self._port = None  # closed: let the memory go
                return []
            calls = [self._queue.popleft()]
            job = calls[0].job
            if job and job.together > 1:
                self._change.wait_for(lambda: len(self._queue) >= job.together - 1 or self._closed, _COMPANY)
                while self._queue and self._queue[0].job is job and len(calls) < job.together:
                    calls.append(self._queue.popleft())
            return calls

    def _served_together(self, job: Job[PortT], calls: Sequence[_Call[PortT]]) -> bool:
        """Whether one call of the model served them; when it fails, each is to meet its own fate."""
        try:
            results = self._called(self._loaded(), job, calls)
        except ParleyError:
            return False
        for call, result in zip(calls, results, strict=True):
            call.settle(result)
        return True

    def _serve(self, call: _Call[PortT]) -> None:
        try:
            port = self._loaded()
            call.settle(self._called(port, call.job, [call])[0] if call.job else None)
        except ParleyError as exc:
            self._count(failed=1)
            call.settle(None, exc)

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
            _log.error("model.load_failed", model=self.reference, error=type(exc).__name__, detail=detail)
            raise self._unavailable(detail) from exc
        self._failure = None
        seconds = time.perf_counter() - started
        self._count(load_seconds=seconds)
        _log.info("model.loaded", model=self.reference, seconds=round(seconds, 3))
        return self._port

    def _called(self, port: PortT, job: Job[PortT], calls: Sequence[_Call[PortT]]) -> Sequence[Any]:
        started = time.perf_counter()
        try:
            results = job.work(port, tuple(call.item for call in calls))
            given = len(results)
        except ParleyError:
            raise
        except BaseException as exc:  # see _loaded
            _log.error("model.crashed", model=self.reference, error=type(exc).__name__)
            raise ModelCrashed(self.reference, type(exc).__name__) from exc
        finally:
            seconds = time.perf_counter() - started
            self._count(calls=1, work_seconds=seconds, slowest=max(0.0, seconds - self._stats.slowest))
        if given != len(calls):
            raise ModelCrashed(self.reference, f"{given} answers for {len(calls)} items")
        return results

    def _unavailable(self, detail: str) -> ModelUnavailable:
        return ModelUnavailable(self.reference, detail)

    def _count(self, **more: float) -> None:
        with self._change:
            self._stats = replace(self._stats, **{name: getattr(self._stats, name) + by for name, by in more.items()})
