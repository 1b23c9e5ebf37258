"""Devices and models that cost what a test or the bench says: memory in units, a fixed time for each call.

A simulated model takes its memory when it is made and gives it back when nothing refers to it any more, so that what a
device has in use tells whether somebody still holds a model.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agents.errors import DeviceLost, ModelOutOfMemory
from agents.models.job import Job
from agents.models.ladder import Rung

__all__ = ["Device", "Item", "Model", "Panic", "Spec"]


class Panic(BaseException):
    """As Rust libraries raise."""


@dataclass
class Device:
    """``capacity`` is its memory. ``lacks`` counts what it refused, ``told`` to whom it said that it is lost."""

    name: str
    capacity: int
    used: int = 0
    lost: bool = False
    lacks: int = 0
    told: list[str] = field(default_factory=list)

    def take(self, who: str, size: int) -> None:
        """Raises DeviceLost and ModelOutOfMemory; of the machine's own memory, MemoryError as Python does."""
        if self.lost:
            self.told.append(who)
            raise DeviceLost(who, self.name)
        if self.used + size > self.capacity:
            self.lacks += 1
            raise MemoryError if self.name == "cpu" else ModelOutOfMemory(who, self.name)
        self.used += size

    def give(self, size: int) -> None:
        self.used -= size


@dataclass(frozen=True)
class Item:
    """One of a caller's; work on it takes memory by its ``length``, and ``poison`` breaks the engine."""

    number: int
    length: int = 1
    poison: bool = False


@dataclass
class Spec:
    """A model that is estimated to take ``size``, and ``item`` for each item and unit of length; it takes ``deviates``
    as much. A call for any number of items lasts ``cost`` seconds. ``failures`` are raised by the next calls, the last
    first; ``calls`` counts loads and calls. ``apart``: it is in a process of its own.
    """

    name: str
    size: int = 10
    item: int = 1
    together: int = 4
    deviates: float = 1.0
    cost: float = 0.0
    failures: list[Callable[[], BaseException]] = field(default_factory=list)
    calls: int = 0
    apart: bool = False

    def rung(self, device: Device) -> Rung[Model]:
        return Rung(lambda: Model(self, device), device.name, self.apart)

    def really(self, estimate: int) -> int:
        return round(estimate * self.deviates)

    @property
    def job(self) -> Job[Model]:
        return Job(Model.echo, self.together)


class Model:
    """What a spec makes on a device."""

    def __init__(self, spec: Spec, device: Device) -> None:
        self._spec, self._device = spec, device
        spec.calls += 1
        size = spec.really(spec.size)
        device.take(spec.name, size)
        weakref.finalize(self, device.give, size).atexit = False

    def echo(self, items: Sequence[Item]) -> list[Item]:
        """The items themselves; padded to the longest, as models do."""
        self._spec.calls += 1
        if self._spec.failures:
            raise self._spec.failures.pop()()
        takes = self._spec.really(self._spec.item * len(items) * max(item.length for item in items))
        self._device.take(self._spec.name, takes)
        try:
            if self._spec.cost:
                time.sleep(self._spec.cost)
            if any(item.poison for item in items):
                raise RuntimeError("poisoned")
        finally:
            self._device.give(takes)
        return list(items)
