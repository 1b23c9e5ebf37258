"""Whatever happens to memory and devices, every item is answered or refused in type, and nothing is leaked.

2,000 histories by default; ``HOSTING_HISTORIES=10000`` for more.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from agents.errors import DeviceLost, ModelCrashed, ModelOutOfMemory, ParleyError
from agents.models.metrics import Metrics
from agents.models.residence import Residence
from tests.simulated import Device, Item, Model, Panic, Spec

HISTORIES = int(os.environ.get("HOSTING_HISTORIES", "2000"))
STEPS = {"model.batch_halved", "model.stepped_down", "model.no_rung_left"}
FAILURES: dict[str, Callable[[], BaseException]] = {
    "crash": lambda: RuntimeError("CUDA error"),
    "panic": lambda: Panic("rayon"),
    "memory": MemoryError,
    "typed": lambda: ModelOutOfMemory("x"),
    "lost": lambda: DeviceLost("x"),
}
METRICS = Metrics()
GPUS = ("cuda:0", "cuda:1")


class House:
    """Several models over two GPUs and the processor, and what is known about them from outside."""

    def __init__(self, capacities: Sequence[int], specs: Sequence[Spec], orders: Sequence[int]) -> None:
        self.now = 0.0
        self.devices = [Device(*pair) for pair in zip((*GPUS, "cpu"), capacities, strict=True)]
        self.specs, self.jobs = list(specs), [spec.job for spec in specs]
        self.residences = [self._residence(spec, order) for spec, order in zip(specs, orders, strict=True)]
        self.foreign = Counter[str]()  # memory that others took
        self.forced = self.short = self.numbers = 0

    def _residence(self, spec: Spec, order: int) -> Residence[Model]:
        first, second, cpu = self.devices
        ways = [(first, second, cpu), (second, first, cpu), (first, cpu), (cpu,), (second,)]
        rungs = [spec.rung(device) for device in ways[order % len(ways)]]
        meter = METRICS.of(spec.name)
        return Residence(spec.name, rungs, meter, clock=lambda: self.now, collect=lambda: None)

    def work(self, which: int, lengths: Sequence[int], poison: int) -> None:
        which %= len(self.specs)
        spec, residence = self.specs[which], self.residences[which]
        items = [Item(self.numbers + at, length, at == poison) for at, length in enumerate(lengths)]
        self.numbers += len(items)
        before = spec.calls
        answers = [one for some in residence.serve(self.jobs[which], items) for one in some]
        assert sorted(answer.number for answer in answers) == list(range(len(items)))
        for answer in answers:
            assert answer.result is items[answer.number] if answer.error is None else _is_ours(answer.error)
            self.short += isinstance(answer.error, ModelOutOfMemory)
        assert spec.calls - before <= 4 * (2 * len(items) + 4)

    def fail(self, which: int, kind: str, times: int) -> None:
        self.specs[which % len(self.specs)].failures += [self._forced(kind)] * times

    def _forced(self, kind: str) -> Callable[[], BaseException]:
        def failure() -> BaseException:
            self.forced += kind not in {"crash", "panic"}
            return FAILURES[kind]()

        return failure

    def vanish(self, which: int) -> None:
        self.devices[which % len(GPUS)].lost = True

    def squeeze(self, which: int, size: int) -> None:
        device = self.devices[which % len(self.devices)]
        device.used += size
        self.foreign[device.name] += size

    def ease(self) -> None:
        for device in self.devices:
            device.used -= self.foreign.pop(device.name, 0)

    def idle(self, which: int) -> None:
        self.residences[which % len(self.specs)].unload()

    def later(self, seconds: int) -> None:
        self.now += seconds

    def lacks(self) -> int:
        """How often memory lacked or a device was gone."""
        return self.forced + sum(device.lacks + len(device.told) for device in self.devices)

    def check(self) -> None:
        for device in self.devices:
            there = sum(
                spec.really(spec.size)
                for spec, residence in zip(self.specs, self.residences, strict=True)
                if residence.loaded and residence.device == device.name
            )
            assert device.used == there + self.foreign[device.name], "memory is held that nobody uses"
            assert max(Counter(device.told).values(), default=0) <= 1, "a device that is lost was used again"


def _is_ours(error: ParleyError) -> bool:
    assert isinstance(error, (ModelOutOfMemory, DeviceLost, ModelCrashed))
    return True


class Script:
    """A history as its bytes tell it, which are much faster to draw than what they tell."""

    def __init__(self, told: bytes) -> None:
        self._told = iter(told)

    def of(self, choices: int) -> int:
        """Which of so many; the first when all is told."""
        return next(self._told, 0) % choices

    def house(self) -> House:
        specs = [self._spec(name) for name in ("asr", "vqa", "llm")[: 1 + self.of(3)]]
        return House([self.of(61), self.of(61), self.of(91)], specs, [self.of(5) for _ in specs])

    def _spec(self, name: str) -> Spec:
        deviates = (1.0, 0.7, 0.85, 1.15, 1.3)[self.of(5)]
        return Spec(name, 1 + self.of(30), self.of(7), 1 + self.of(8), deviates)

    def event(self) -> tuple[Any, ...]:
        which = self.of(3)
        match self.of(10):
            case 0 | 1 | 2:
                return "work", which, [1] * (1 + self.of(9)), -1
            case 3 | 4:
                return "work", which, [1 + self.of(4) for _ in range(1 + self.of(9))], self.of(9)
            case 5:
                return "fail", which, sorted(FAILURES)[self.of(len(FAILURES))], 1 + self.of(3)
            case 6:
                return "vanish", which
            case 7:
                return ("squeeze", which, 1 + self.of(40)) if which else ("ease",)
            case 8:
                return "idle", which
            case _:
                return "later", (10, 31, 700)[which]


@settings(max_examples=HISTORIES, deadline=None)
@given(st.binary(min_size=30, max_size=120))
def test_every_item_is_answered_or_refused_whatever_happens(told: bytes) -> None:
    script = Script(told)
    house = script.house()
    with capture_logs() as logs:
        for _ in range(12):
            name, *facts = script.event()
            getattr(house, name)(*facts)
            house.check()
        for number in range(len(house.specs)):
            house.idle(number)
        house.check()
    steps = [entry for entry in logs if entry["event"] in STEPS]
    lacks = house.lacks()
    assert lacks - house.short <= len(steps) <= lacks, "each step is told once, and no more"
