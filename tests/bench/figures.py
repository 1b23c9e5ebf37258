"""One line of the bench's table: what was measured, how much it was, how much it should be."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Figure", "percentile"]


@dataclass(frozen=True, slots=True)
class Figure:
    """``target`` is the most that ``value`` should be, or with ``at_least`` the least; ``None`` where none is set."""

    what: str
    value: float
    unit: str = ""
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which ``percent`` (1 to 99) of the values lie, between neighbours by their distance."""
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
