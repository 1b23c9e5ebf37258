"""A model where it lives: loaded on the best rung of its ladder that holds it, and worked within what memory allows.

Everything here is synchronous and belongs to one thread; ``agents/models/host.py`` gives it one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from agents.errors import DeviceLost, ModelCrashed, ModelError, ModelOutOfMemory, ParleyError
from agents.models.engine_errors import of_loading, of_working
from agents.models.job import Job
from agents.models.ladder import Ladder, Rung
from agents.models.leaving import give_back
from agents.models.metrics import Meter
from agents.models.pace import Pace

__all__ = ["Answer", "Residence"]

PortT = TypeVar("PortT")
_log = structlog.get_logger()
_Lack = ModelOutOfMemory | DeviceLost


@dataclass(frozen=True, slots=True)
class Answer:
    """To the item of that number: the job's result, or the error."""

    number: int
    result: Any = None
    error: ParleyError | None = None


def _nobody(_: int) -> bool:
    return False


class Residence(Generic[PortT]):
    """Steps down its rungs when memory lacks or a device is lost, and remembers where it stands.

    A load that failed is remembered for ``retry_load`` seconds, so that a missing model costs nothing on every turn.
    ``retry_better`` seconds after it last stepped down it takes as much at once again as its jobs say, and the next
    time it is unloaded it goes back to its best rung; then it waits twice as long before it does so again. A device
    that was lost to an engine in a process of its own is tried again then, and one lost to this process never.
    ``collect`` gives back what a model held that is no more.
    """

    def __init__(
        self,
        reference: str,
        rungs: Sequence[Rung[PortT]],
        meter: Meter,
        *,
        retry_load: float = 30.0,
        retry_better: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
        collect: Callable[[], object] = give_back,
    ) -> None:
        self.pace = Pace()
        self._reference, self._ladder, self._meter = reference, Ladder(rungs), meter
        self._retry_load, self._retry_better = retry_load, retry_better
        self._clock, self._collect = clock, collect
        self._port: PortT | None = None
        self._most: dict[tuple[int, Job[PortT]], int] = {}  # items at once, where memory sufficed for no more
        self._stepped = 0.0  # when it stepped down last
        self._failure: tuple[float, type[ModelError], str] | None = None

    @property
    def device(self) -> str:
        """Where it lives, or would when it is loaded next."""
        return self._ladder.rung.device

    @property
    def loaded(self) -> bool:
        return self._port is not None

    def together(self, job: Job[PortT]) -> int:
        """How many items of this job memory has been found to suffice for, and the model takes at once."""
        return min(job.together, self._most.get((self._ladder.at, job), job.together))

    def patience(self, idle: float | None) -> float | None:
        """Seconds without work after which it should be unloaded: ``idle``, or sooner to come back on a better rung."""
        if not self.loaded:
            return None
        if self._ladder.best:
            return idle
        return self._retry_better if idle is None else min(idle, self._retry_better)

    def load(self) -> None:
        """Raises ModelUnavailable, and ModelOutOfMemory or DeviceLost when no rung is left."""
        if self._port is not None:
            return
        if self._failure is not None and self._ladder.gone:
            self._climb()
        if self._failure is not None and (self._ladder.gone or self._clock() < self._failure[0] + self._retry_load):
            raise self._failure[1](self._reference, self._failure[2])
        self._failure = None
        while (error := self._loading()) is not None:
            if not isinstance(error, _Lack) or not self._down(error):
                self._remember(error)
                raise error

    def unload(self) -> None:
        """Give its memory back; it is loaded again when it is asked again."""
        if self._port is None:
            return
        _log.info("model.unloaded", model=self._reference, device=self.device)
        self._free()
        self._collect()
        if not self._ladder.best:
            self._climb()

    def close(self) -> None:
        """Let it go for good."""
        if self._port is not None:
            self._free()

    def serve(
        self, job: Job[PortT], items: Sequence[Any], gone: Callable[[int], bool] = _nobody
    ) -> Iterator[list[Answer]]:
        """Exactly one answer to each item, as they come. Whose number is ``gone`` before it is begun gets none.

        Where an item breaks the model or the job, the others of its call are tried without it.
        """
        if self._most and self._settled():
            self._most.clear()
        pieces = deque([list(range(len(items)))])
        while pieces:
            piece = [number for number in pieces.popleft() if not gone(number)]
            most = self.together(job)
            if len(piece) > most:
                pieces.appendleft(piece[most:])
            if not (piece := piece[:most]):
                continue
            results = self._tried(job, [items[number] for number in piece])
            if not isinstance(results, ParleyError):
                yield [Answer(*pair) for pair in zip(piece, results, strict=True)]
            elif isinstance(results, _Lack) and self.loaded and self._eased(job, len(piece), results):
                pieces.appendleft(piece)
            elif len(piece) > 1:
                pieces.extendleft([number] for number in reversed(piece))
            else:
                yield [Answer(piece[0], None, results)]

    def _settled(self) -> bool:
        """Whether it is long since it stepped down."""
        return self._clock() >= self._stepped + self._retry_better

    def _climb(self) -> None:
        """To the best rung that may be had, if it is long since it stepped down."""
        if self._settled() and self._ladder.retry():
            self._retry_better *= 2

    def _loading(self) -> ModelError | None:
        """Load on the rung it stands on; the error, when that fails."""
        rung, started = self._ladder.rung, time.perf_counter()
        try:
            self._port = rung.load()
        # Panics of Rust libraries (tokenizers) derive from BaseException: uncaught, what engines raise would end the
        # thread and leave callers waiting.
        except BaseException as exc:
            return of_loading(self._reference, exc)
        seconds = time.perf_counter() - started
        self._meter.came(rung.device, seconds)
        _log.info("model.loaded", model=self._reference, device=rung.device, seconds=round(seconds, 3))
        return None

    def _tried(self, job: Job[PortT], items: Sequence[Any]) -> Sequence[Any] | ParleyError:
        """The results, or why there are none."""
        try:
            results = self._worked(job, items)
        except BaseException as exc:  # see _loading
            error = of_working(self._reference, exc)
            if isinstance(error, ModelCrashed):
                _log.error("model.crashed", model=self._reference, device=self.device, error=_cause(error))
            return error
        return results

    def _worked(self, job: Job[PortT], items: Sequence[Any]) -> Sequence[Any]:
        self.load()
        assert self._port is not None  # noqa: S101  # for mypy
        started = time.perf_counter()
        try:
            results = job.work(self._port, tuple(items))
            given = len(results)
        finally:
            seconds = time.perf_counter() - started
            if job.counted:
                self._meter.ran(self.device, len(items), seconds)
        if given != len(items):
            raise ModelCrashed(self._reference, f"{given} answers for {len(items)} items")
        self.pace.ran(given, seconds)
        return results

    def _eased(self, job: Job[PortT], count: int, error: _Lack) -> bool:
        """Ask less of the device, or leave it; whether it is worth trying again."""
        if isinstance(error, ModelOutOfMemory) and count > 1:
            self._most[self._ladder.at, job] = count // 2
            self._note("model.batch_halved", error, items=count // 2)
            return True
        if isinstance(error, ModelOutOfMemory) and self._ladder.last:
            return False  # the next item may be a smaller one
        self._free()
        self._collect()
        if not self._down(error):
            self._remember(error)
        return True

    def _down(self, error: _Lack) -> bool:
        """To the next rung; whether there is one. After the last it begins at the top, when it is tried again."""
        left = self.device
        if isinstance(error, DeviceLost):
            self._ladder.lose()
        if stepped := self._ladder.down():
            self._note("model.stepped_down", error, left, to=self.device)
        else:
            self._note("model.no_rung_left", error, left)
            self._ladder.top()
        return stepped

    def _note(self, event: str, error: _Lack, device: str | None = None, **facts: object) -> None:
        device = self.device if device is None else device
        self._stepped = self._clock()
        self._meter.stepped(device, error.code)
        _log.warning(event, model=self._reference, device=device, code=error.code, **facts)

    def _remember(self, error: ModelError) -> None:
        self._failure = (self._clock(), type(error), error.detail)
        kind = _cause(error)
        _log.error("model.load_failed", model=self._reference, code=error.code, error=kind, detail=error.detail)

    def _free(self) -> None:
        """Drop the model, and let its engine give back what it keeps: the port's ``release``, if it has one."""
        release = getattr(self._port, "release", None)
        self._port = None
        self._meter.went(self.device)
        if release is None:
            return
        try:
            release()
        except BaseException as exc:  # see _loading; a device that is lost cannot give anything back either
            _log.warning("model.release_failed", model=self._reference, error=type(exc).__name__)


def _cause(error: ModelError) -> str:
    """The name of what the engine raised."""
    return type(error.__cause__ or error).__name__
