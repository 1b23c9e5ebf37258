"""What hosts of models count, by model and device, in Prometheus' terms; bot/ exposes it.

Labels hold references and devices alone, and nothing of what people say.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

__all__ = ["Meter", "Metrics"]

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_ITEMS = (1, 2, 4, 8, 16, 32, 64, 128)
_ON = ("model", "device")


class Metrics:
    """The instruments of one house. Each may be used from any thread."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.queue = Histogram(
            "parley_model_queue_seconds", "Time calls waited.", _ON, registry=registry, buckets=_SECONDS
        )
        self.run = Histogram(
            "parley_model_run_seconds", "Time of a call of the model.", _ON, registry=registry, buckets=_SECONDS
        )
        self.batch = Histogram("parley_model_batch_items", "Items in a call.", _ON, registry=registry, buckets=_ITEMS)
        self.first = Histogram(
            "parley_model_first_token_seconds", "Time to the first token.", _ON, registry=registry, buckets=_SECONDS
        )
        self.tokens = Counter("parley_model_tokens", "Tokens read and written.", (*_ON, "kind"), registry=registry)
        self.errors = Counter("parley_model_errors", "Calls that failed.", (*_ON, "code"), registry=registry)
        self.steps = Counter("parley_model_steps_down", "Steps down its ladder.", (*_ON, "code"), registry=registry)
        self.loads = Histogram("parley_model_load_seconds", "Time to load.", _ON, registry=registry, buckets=_SECONDS)
        self.loaded = Gauge("parley_model_loaded", "1 while it is in memory.", _ON, registry=registry)
        self.waiting = Gauge("parley_model_waiting", "Calls that wait now.", ("model",), registry=registry)
        self.memory = Gauge("parley_model_memory_bytes", "Memory it takes.", (*_ON, "kind"), registry=registry)

    def of(self, model: str) -> Meter:
        return Meter(self, model)


class Meter:
    """One model's instruments. ``device`` is where it ran; empty where its engine chose, or it ran elsewhere."""

    def __init__(self, metrics: Metrics, model: str) -> None:
        self._all, self._model = metrics, model

    def waited(self, device: str, seconds: float) -> None:
        self._all.queue.labels(self._model, device).observe(seconds)

    def waits(self, calls: int) -> None:
        """So many calls wait now."""
        self._all.waiting.labels(self._model).set(calls)

    def ran(self, device: str, items: int, seconds: float) -> None:
        """One call of the model, for so many items."""
        self._all.run.labels(self._model, device).observe(seconds)
        self._all.batch.labels(self._model, device).observe(items)

    def failed(self, device: str, code: str) -> None:
        """A call failed with that code of ``agents.errors``; ``model-busy`` and ``model-late`` among them."""
        self._all.errors.labels(self._model, device, code).inc()

    def began(self, device: str, seconds: float) -> None:
        """The first token of an answer came after so many seconds."""
        self._all.first.labels(self._model, device).observe(seconds)

    def wrote(self, device: str, read: int, written: int) -> None:
        """An answer took so many tokens of prompt, and has so many."""
        self._all.tokens.labels(self._model, device, "prompt").inc(read)
        self._all.tokens.labels(self._model, device, "reply").inc(written)

    def came(self, device: str, seconds: float) -> None:
        """It was loaded in so many seconds."""
        self._all.loads.labels(self._model, device).observe(seconds)
        self._all.loaded.labels(self._model, device).set(1)

    def went(self, device: str) -> None:
        """It is in memory no more."""
        self._all.loaded.labels(self._model, device).set(0)

    def stepped(self, device: str, code: str) -> None:
        """It had to leave that device, or to take less at once there, for that reason."""
        self._all.steps.labels(self._model, device, code).inc()

    def takes(self, device: str, kind: str, size: int) -> None:
        """``kind`` is estimated or measured; ``size`` in bytes."""
        self._all.memory.labels(self._model, device, kind).set(size)
