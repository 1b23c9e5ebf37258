"""The parts of the bench by name, in the order in which they are measured."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

from tests.bench import beside, orchestration
from tests.bench.figures import Figure
from tests.bench.scale import Scale

__all__ = ["PARTS", "Part"]

Part = Callable[[Scale], AsyncIterator[Figure]]

PARTS: Mapping[str, Part] = {
    "orchestration": orchestration.measure,
    "beside": beside.measure,
}
