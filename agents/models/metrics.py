"""What hosts of models count, by model and device, in Prometheus' terms; bot/ exposes it.

Labels hold references and devices alone, and nothing of what people say. Times are in seconds and sizes in bytes, as
https://prometheus.io/docs/practices/naming/ asks for.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from agents import errors

__all__ = ["BREAKER", "Meter", "Metrics"]

BREAKER = ("closed", "half-open", "open")  # the states of a circuit breaker

# A lone caller waits 5 ms for company, and an answer may take two minutes.
_SECONDS = (0.001, 0.0025, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_LOADING = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_ITEMS = (1, 2, 4, 8, 16, 32, 64, 128)
_ON = ("model", "device")
_CODES = frozenset(getattr(errors, name).code for name in errors.__all__)
_PASSWORD = re.compile(r"://[^/#?\s]*@")

FamilyT = TypeVar("FamilyT", Counter, Gauge, Histogram)

# A second line for every line would tell when it was first used.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The instruments of one house. Each may be used from any thread."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()

        def histogram(name: str, text: str, buckets: tuple[float, ...] = _SECONDS) -> Histogram:
            return Histogram(f"parley_model_{name}", text, _ON, registry=registry, buckets=buckets)

        def counter(name: str, text: str, *more: str) -> Counter:
            return Counter(f"parley_model_{name}", text, (*_ON, *more), registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"parley_model_{name}", text, ("model", *labels), registry=registry)

        self.queue = histogram("queue_seconds", "How long calls waited before the model took them.")
        self.run = histogram(
            "run_seconds", "How long calls of the model took; of streamed answers with the wait for a place."
        )
        self.batch = histogram("batch_items", "Items that went into one call of the model.", _ITEMS)
        self.first = histogram("first_token_seconds", "Time from asking for an answer to its first token.")
        self.loads = histogram("load_seconds", "How long loading the model took.", _LOADING)
        self.tokens = counter("tokens", "Tokens of prompts and of replies.", "kind")
        self.cached = counter("cached_tokens", "Tokens of prompts that were known from before and not read again.")
        self.errors = counter("errors", "Calls that failed, by the code of the error.", "code")
        self.steps = counter("steps_down", "Steps down the model's ladder, by the code of the reason.", "code")
        self.loaded = gauge("loaded", "1 while the model is in memory, 0 once it has left.", "device")
        self.waiting = gauge("waiting_calls", "Calls that wait for the model now.")
        self.memory = gauge(
            "memory_bytes",
            "Memory of the model: estimated from its files, or measured of a process of its own.",
            "device",
            "kind",
        )
        self.breaker = gauge("breaker_state", "The model's circuit breakers in that state, one a role.", "state")
        self.role = gauge("role", "1 for every role the model plays.", "role")

    def of(self, model: str) -> Meter:
        return Meter(self, model)


class Meter:
    """One model's instruments. ``device`` is where it ran; empty where its engine chose, or it ran elsewhere.

    Finding an instrument's child takes longer than using it, so those in use are kept.
    """

    def __init__(self, metrics: Metrics, model: str) -> None:
        self._all, self._model = metrics, _PASSWORD.sub("://", model)
        self._used: dict[tuple[object, tuple[str, ...]], Any] = {}
        self._waiting = 0
        self._breaker = ""
        self._lock = threading.Lock()

    def waited(self, device: str, seconds: float) -> None:
        self._of(self._all.queue, device).observe(seconds)

    def waits(self, calls: int) -> None:
        """So many calls wait now; where a model has several lines, each with a meter of its own, they add up."""
        with self._lock:
            self._of(self._all.waiting).inc(calls - self._waiting)
            self._waiting = calls

    def ran(self, device: str, items: int, seconds: float) -> None:
        """One call of the model, for so many items."""
        self._of(self._all.run, device).observe(seconds)
        self._of(self._all.batch, device).observe(items)

    def failed(self, device: str, code: str) -> None:
        """A call failed with that code of ``agents.errors``; ``model-busy`` and ``model-late`` among them."""
        self._of(self._all.errors, device, _known(code)).inc()

    def began(self, device: str, seconds: float) -> None:
        """The first token of an answer came after so many seconds."""
        self._of(self._all.first, device).observe(seconds)

    def wrote(self, device: str, read: int, written: int, cached: int = 0) -> None:
        """An answer took so many tokens of prompt, ``cached`` of them known from before, and has so many."""
        self._of(self._all.tokens, device, "prompt").inc(read)
        self._of(self._all.tokens, device, "reply").inc(written)
        self._of(self._all.cached, device).inc(cached)

    def came(self, device: str, seconds: float) -> None:
        """It was loaded in so many seconds."""
        self._of(self._all.loads, device).observe(seconds)
        self._of(self._all.loaded, device).set(1)

    def went(self, device: str) -> None:
        """It is in memory no more."""
        self._of(self._all.loaded, device).set(0)

    def stepped(self, device: str, code: str) -> None:
        """It had to leave that device, or to take less at once there, for that reason."""
        self._of(self._all.steps, device, _known(code)).inc()

    def takes(self, device: str, kind: str, size: int) -> None:
        """``kind`` is estimated or measured; ``size`` in bytes."""
        self._of(self._all.memory, device, kind).set(size)

    def lives(self, pid: Callable[[], int]) -> None:
        """Its engine has a process of its own, whose memory is measured whenever the metrics are read; 0 once it ended.

        That is the machine's memory: what it has on a GPU, the driver alone can tell.
        """
        self._of(self._all.memory, "cpu", "measured").set_function(lambda: _resident(pid()))

    def breaks(self, state: str) -> None:
        """The circuit breaker it has in one role is in that state of ``BREAKER`` now."""
        with self._lock:
            for one in BREAKER:
                self._of(self._all.breaker, one).inc((one == state) - (one == self._breaker))
            self._breaker = state

    def plays(self, role: str) -> None:
        """Of the roles a profile gives, it plays this one too."""
        self._of(self._all.role, role).set(1)

    def _of(self, family: FamilyT, *labels: str) -> FamilyT:
        child = self._used.get((family, labels))
        if child is None:  # two threads that come here at once are given the same child
            child = self._used[family, labels] = family.labels(self._model, *labels)
        found: FamilyT = child
        return found


def _resident(pid: int) -> float:
    """Bytes of a child of ours."""
    import psutil

    try:
        process = psutil.Process(pid)
        return float(process.memory_info().rss) if process.ppid() == os.getpid() else 0.0
    except psutil.Error:
        return 0.0


def _known(code: str) -> str:
    return code if code in _CODES else "other"
