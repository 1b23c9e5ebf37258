"""A circuit breaker: a model that keeps failing is left alone for a while, and then asked again by one caller first.

Michael T. Nygard, Release It!, 2nd edition (2018), chapter 5, "Circuit Breaker".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from agents.errors import (
    DeviceLost,
    ModelBusy,
    ModelError,
    ModelOutOfMemory,
    ModelRefused,
    ModelUnavailable,
)

__all__ = ["Breaker", "Trial"]

_log = structlog.get_logger()
_FAILURES = 3  # in a row
_OPEN, _LONGEST = 5.0, 120.0  # seconds
_BUSY = 1.0  # seconds, where nothing is known of how long it takes
_PROBE = 300.0  # seconds after which a probe nobody heard of again keeps no other from going
_TELLING = (ModelUnavailable, ModelOutOfMemory, DeviceLost)  # of which one is enough: asking again does not help


class Trial:
    """One call on its way. ``spoke``: a part of its answer was handed out already. Until the model itself is ``asked``,
    a refusal is its caller's own, and tells nothing of it.
    """

    def __init__(self, age: int, works: Callable[[Trial], None]) -> None:
        self.age = age
        self._works = works
        self.spoken = False
        self.asked = True

    def spoke(self) -> None:
        """The model works: others need not wait for the end of the answer."""
        if not self.spoken:
            self.spoken = True
            self._works(self)


class Breaker:
    """Closed, it lets every call through. Open, none, until its time is over; then one, whose end decides.

    It opens after ``_FAILURES`` calls in a row that crashed or were late, at once when the model cannot be had or broke
    off in the middle of an answer, and for a short while when it is busy. The time grows while probes keep failing.
    A refusal is about what was asked, and an answer of a kind. For the event loop's thread alone; ``clock`` is
    monotonic, in seconds.
    """

    def __init__(
        self,
        model: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``told`` hears its state of ``agents.models.metrics.BREAKER``, whenever that changes."""
        self._model, self._clock, self._told = model, clock, told
        self._failures = 0
        self._age = 0  # times it opened: a call that began before the last of them tells nothing new
        self._opened = 0  # times since it last worked
        self._until: float | None = None  # None: closed
        self._probe: tuple[Trial, float] | None = None
        told("closed")

    @property
    def until(self) -> float:
        """The clock's time from which a probe may go; the past when it is closed."""
        return float("-inf") if self._until is None else self._until

    @property
    def ready(self) -> bool:
        """Whether a call may go now."""
        if self._until is None:
            return True
        now = self._clock()
        return now >= self._until and (self._probe is None or now >= self._probe[1] + _PROBE)

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """Around one call. While it is open this is the probe; one that is broken off decides nothing."""
        trial = Trial(self._age, self._worked)
        if self._until is not None:
            self._probe = trial, self._clock()
            self._told("half-open")
        try:
            yield trial
        except ModelRefused:
            if trial.asked:
                self._worked(trial)
            raise
        except ModelError as error:
            if trial.age == self._age:
                self._failed(error, trial)
            raise
        else:
            self._worked(trial)
        finally:
            if self._probe is not None and self._probe[0] is trial:
                self._probe = None
                self._told("open")

    def _worked(self, trial: Trial) -> None:
        if trial.age == self._age:
            self._close()

    def _failed(self, error: ModelError, trial: Trial) -> None:
        if isinstance(error, ModelBusy):
            wait = error.retry_after or 0.0
            self._until = self._clock() + (min(wait, _LONGEST) if wait > 0 else _BUSY)
            self._told("open")
            return
        self._failures += 1
        if trial.spoken or self._opened or isinstance(error, _TELLING) or self._failures >= _FAILURES:
            self._open(error)

    def _open(self, error: ModelError) -> None:
        seconds = min(_OPEN * 2**self._opened, _LONGEST)
        self._until = self._clock() + seconds
        if not self._opened:
            _log.warning(
                "model is left alone", model=self._model, code=error.code, detail=error.detail, seconds=seconds
            )
        self._told("open")
        self._opened += 1
        self._age += 1

    def _close(self) -> None:
        if self._opened:
            _log.info("model answers again", model=self._model)
        if self._until is not None:
            self._told("closed")
        self._failures = self._opened = 0
        self._until = self._probe = None
