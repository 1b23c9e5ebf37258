"""The asynchronous face of synchronous models: one place for waiting in turn, going together, leaving and idling."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import structlog

from agents.errors import ModelBusy, ModelCrashed, ModelError, ModelLate, ModelUnavailable
from agents.models.batching import Line
from agents.models.call import Call, Outcome, settle
from agents.models.job import Job
from agents.models.ladder import Rung
from agents.models.leaving import finish, give_back
from agents.models.metrics import Metrics
from agents.models.residence import Residence
from agents.models.threads import give_way

__all__ = ["Host", "Job"]

PortT = TypeVar("PortT")
_log = structlog.get_logger()
_COMPANY = 0.003  # seconds that items wait for others that were there of late
_WAITING = 256  # calls before a model
_HEAVIEST = 512_000_000  # bytes of what they hold: three of the largest photos


class Host(Generic[PortT]):
    """One model, in a thread of its own, for every port and job that uses it; ``rungs`` make it, see residence.py.

    All work on the model, loading included, happens in that thread, so a model is never entered twice at once. At most
    ``waiting`` calls stand before it, fewer where they are heavy, and those of one chat (``agents.models.caller``) keep
    their order while chats take turns. A call whose caller has gone is dropped before it starts. After ``idle`` seconds
    without work the model leaves memory until it is asked again; ``None``: it stays, but for one that had to step down.
    ``gives_way``: its thread is ranked behind the language model's; false for that one itself.
    """

    def __init__(
        self,
        reference: str,
        rungs: Sequence[Rung[PortT]],
        *,
        metrics: Metrics | None = None,
        waiting: int = _WAITING,
        idle: float | None = None,
        retry_load: float = 30.0,
        retry_better: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
        collect: Callable[[], object] = give_back,
        gives_way: bool = True,
    ) -> None:
        self.reference = reference
        self.gives_way = gives_way  # looked at when the thread begins
        self.metrics = metrics or Metrics()
        self._meter = self.metrics.of(reference)
        self._idle, self._clock = idle, clock
        self._place = _HEAVIEST // waiting  # bytes that one place in the line stands for
        self._line: Line[Call[PortT]] = Line(waiting)
        self._change = threading.Condition()  # guards the line, the thread and closed
        self._thread: threading.Thread | None = None
        self._closed = False
        self._residence = Residence(
            reference,
            rungs,
            self._meter,
            retry_load=retry_load,
            retry_better=retry_better,
            clock=clock,
            collect=collect,
        )
        self._around = 1  # calls that were here when the thread was free last: so many may come again

    @property
    def device(self) -> str:
        """Where the model lives, or would when it is loaded next; empty where its engine chooses."""
        return self._residence.device

    async def load(self) -> None:
        """Load the model now, without a deadline. Raises ModelUnavailable, ModelOutOfMemory, DeviceLost."""
        await self._answer(Call(None, None, self._clock()))

    async def call(self, job: Job[PortT], item: Any) -> Any:
        """The job's result for one item. The deadline is the caller's, who may leave at any time.

        Raises ModelBusy, ModelUnavailable, ModelCrashed, ModelOutOfMemory, DeviceLost, and what of ``agents.errors``
        the job itself raises.
        """
        return await self._answer(Call(job, item, self._clock()))

    def count_late(self) -> None:
        """Note that a caller's deadline passed."""
        self._failed(ModelLate.code)

    def close(self) -> None:
        """Refuse further calls and those that wait; the thread ends after the calls it is in. Returns at once."""
        with self._change:
            self._closed = True
            waiting = self._line.drain()
            self._counted()
            self._change.notify_all()
            if self._thread is not None:
                finish(self._thread)
        settle(Outcome(call, None, self._unavailable()) for call in waiting)

    async def _answer(self, call: Call[PortT]) -> Any:
        self._enqueue(call)
        try:
            return await call.answer
        finally:
            self._leave(call)

    def _enqueue(self, call: Call[PortT]) -> None:
        places = call.weight // self._place
        with self._change:
            if self._closed:
                raise self._unavailable()
            yielded = [] if self._line.has_room(places) else self._line.yielded(call.caller, places)
            if not self._line.has_room(places):
                raise self._busy(call)
            if self._thread is None:
                # daemon: a native call that hangs must not keep the process from ending
                thread = threading.Thread(target=self._work, name=self.reference, daemon=True)
                thread.start()  # the system may refuse it; then it is tried again by the next call
                self._thread = thread
            self._line.put(call.caller, call, places)
            self._counted()
            if len(self._line) in (1, self._around):
                call.loop.call_soon(self._wake)  # after what else is ready in this loop, which may ask as well
        settle(Outcome(other, None, self._busy(other)) for other in yielded)

    def _wake(self) -> None:
        with self._change:
            self._change.notify()

    def _leave(self, call: Call[PortT]) -> None:
        """The caller is done or gone: a call that has not started makes room for others."""
        with self._change:
            if self._line.remove(call.caller, call):
                self._counted()
                self._change.notify()  # had its loop come to an end, it would not have woken the thread

    def _work(self) -> None:
        if self.gives_way:
            give_way()
        while (calls := self._next()) is not None:
            try:
                self._turn(calls)
            except BaseException as exc:  # uncaught, it would end the thread, and whoever asks would wait in vain
                self._broke_off(calls, exc)
            del calls  # while nothing is to be done, nobody's recording or photo is kept
        self._residence.close()

    def _turn(self, calls: Sequence[Call[PortT]]) -> None:
        if calls:
            self._serve(calls)
        else:
            self._residence.unload()

    def _broke_off(self, calls: Sequence[Call[PortT]], exc: BaseException) -> None:
        """Refuse those that have no answer yet. What was raised is not the engine's, whose errors residence.py sees."""
        settle(Outcome(call, None, ModelCrashed(self.reference, type(exc).__name__)) for call in calls)
        with suppress(BaseException):  # it may be the log that raises
            _log.error("model.turn_broken_off", model=self.reference, device=self.device, error=type(exc).__name__)

    def _next(self) -> list[Call[PortT]] | None:
        """The calls whose turn it is; none when the model has been idle for long, None when there will be no more."""
        with self._change:
            while not self._closed:
                if self._line:
                    self._change.wait_for(self._complete, _COMPANY)
                    if self._line:  # whoever was here may have gone meanwhile
                        return self._gathered()
                elif not self._change.wait(self._residence.patience(self._idle)) and not self._line:
                    return []
            return None

    def _gathered(self) -> list[Call[PortT]]:
        first = self._line.take()
        most = self._residence.together(first.job) if first.job else 1
        return [first, *self._line.company(most - 1, first.goes_with)]

    def _complete(self) -> bool:
        """Whether there is nobody to wait for: as many are here as were of late, or as go together."""
        if self._closed or not self._line:
            return True
        job = self._line.head().job
        return job is None or len(self._line) >= min(self._around, self._residence.together(job))

    def _serve(self, calls: Sequence[Call[PortT]]) -> None:
        with self._change:
            self._counted()
        now = self._clock()
        for call in calls:
            if call.counted:
                self._meter.waited(self._residence.device, max(0.0, now - call.since))
        if (job := calls[0].job) is None:
            settle([self._loaded(calls[0])])
            return
        items = [call.item for call in calls]
        for answers in self._residence.serve(job, items, lambda number: calls[number].gone):
            for answer in answers:
                if answer.error is not None and job.counted:
                    self._failed(answer.error.code)
            with self._change:
                self._around = len(calls) + len(self._line)
            settle(Outcome(calls[answer.number], answer.result, answer.error) for answer in answers)

    def _loaded(self, call: Call[PortT]) -> Outcome[PortT]:
        try:
            self._residence.load()
        except ModelError as exc:
            self._failed(exc.code)
            return Outcome(call, None, exc.with_traceback(None))
        return Outcome(call)

    def _counted(self) -> None:
        self._meter.waits(len(self._line))

    def _failed(self, code: str) -> None:
        self._meter.failed(self._residence.device, code)

    def _busy(self, call: Call[PortT]) -> ModelBusy:
        if call.counted:
            self._failed(ModelBusy.code)
        waiting = len(self._line)
        return ModelBusy(self.reference, f"{waiting} calls are waiting", self._residence.pace.for_items(waiting))

    def _unavailable(self) -> ModelUnavailable:
        return ModelUnavailable(self.reference, "closed")
