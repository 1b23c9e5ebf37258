"""Micro-batching of a model whose call costs the same for any number of items: what callers in a closed loop get of it.

Ideal is as many items in every call as there are callers, or as go together, and nothing lost between calls. The bare
model is measured between the rounds, so that what disturbs disturbs both.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from agents.models.caller import CALLER
from agents.models.host import Host
from agents.models.job import Job
from tests.bench.figures import Figure
from tests.bench.scale import Scale
from tests.simulated import Device, Item, Model, Spec

__all__ = ["measure"]

COST = 0.03  # seconds
AT_ONCE = 5  # calls of each caller in a round
TOGETHER = 32
CALLERS = (1, 8, 32, 128)


@dataclass(frozen=True)
class _Sides:
    """The same model behind a host, and bare."""

    host: Host[Model]
    bare: Model
    job: Job[Model]
    cost: float  # seconds a call

    async def ask(self) -> float:
        """Seconds of one call through the host."""
        began = time.perf_counter()
        await self.host.call(self.job, Item(0))
        return time.perf_counter() - began

    async def alone(self) -> float:
        """Seconds of one call of the bare model, in a thread."""
        began = time.perf_counter()
        await asyncio.to_thread(self.bare.echo, [Item(0)])
        return time.perf_counter() - began


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    spec = Spec("fixed", size=0, item=0, together=TOGETHER, cost=scale.of(COST, 0.005))
    device = Device("simulated", 0)
    sides = _Sides(Host("simulated:fixed", [spec.rung(device)]), Model(spec, device), spec.job, spec.cost)
    try:
        await sides.host.load()
        for callers in CALLERS:
            reached = await _reached(sides, callers, scale.of(9, 1))
            target = 90 if callers == TOGETHER else None
            yield Figure(f"{callers} callers, of the ideal throughput", reached, "%", target, at_least=True)
        yield Figure("added wait of a lone caller, p50", await _added(sides, 1, scale.of(50, 3)), "ms", 5)
        yield Figure("the same right after a crowd has gone, p50", await _added(sides, 8, scale.of(20, 3)), "ms", 5)
    finally:
        sides.host.close()


async def _reached(sides: _Sides, callers: int, rounds: int) -> float:
    """Per cent of the ideal throughput, of callers that ask again as soon as they are answered; the median round's."""
    calls = AT_ONCE * callers / min(callers, TOGETHER)
    found = []
    for _ in range(rounds):
        bare = statistics.median([await sides.alone() for _ in range(AT_ONCE)])
        began = time.perf_counter()
        await asyncio.gather(*(_asking(sides, number) for number in range(callers)))
        found.append(100 * calls * bare / (time.perf_counter() - began))
    return statistics.median(found)


async def _asking(sides: _Sides, number: int) -> None:
    CALLER.set(str(number))
    for _ in range(AT_ONCE):
        await sides.ask()


async def _added(sides: _Sides, crowd: int, times: int) -> float:
    """Milliseconds that a call takes beyond the model's own, when ``crowd`` came together before it."""
    added = []
    for _ in range(times):
        await asyncio.gather(*(sides.ask() for _ in range(crowd)))
        added.append(1000 * (await sides.ask() - sides.cost))
    return statistics.median(added)
