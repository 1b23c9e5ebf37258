"""The parts of the bench by name, in the order in which they are measured."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

from tests.bench import (
    batching,
    beside,
    blip,
    concurrency,
    fallback,
    flame,
    intake,
    memory,
    orchestration,
    prefix,
    recovery,
    senses,
    sharing,
    slots,
    start,
    telegram,
)
from tests.bench.figures import Figure
from tests.bench.scale import Scale

__all__ = ["PARTS", "Part"]

Part = Callable[[Scale], AsyncIterator[Figure]]

PARTS: Mapping[str, Part] = {
    "orchestration": orchestration.measure,
    "flame": flame.measure,
    "beside": beside.measure,
    "telegram": telegram.measure,
    "senses": senses.measure,
    "batching": batching.measure,
    "blip": blip.measure,
    "slots": slots.measure,
    "concurrency": concurrency.measure,
    "prefix": prefix.measure,
    "sharing": sharing.measure,
    "recovery": recovery.measure,
    "fallback": fallback.measure,
    "intake": intake.measure,
    "memory": memory.measure,
    "start": start.measure,
}
