"""Arithmetic of cumulative histograms, as Prometheus' ``histogram_quantile`` does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Histogram"]

_ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class Histogram:
    """``buckets`` maps an upper bound to how many observations are at most that; the last bound is infinite."""

    buckets: Mapping[float, float] = field(default_factory=dict)
    total: float = 0.0

    @property
    def count(self) -> float:
        return self.buckets.get(_ENDLESS, 0.0)

    @property
    def mean(self) -> float | None:
        return self.total / self.count if self.count > 0 else None

    def __add__(self, other: Histogram) -> Histogram:
        bounds = {*self.buckets, *other.buckets}
        both = {bound: self.buckets.get(bound, 0.0) + other.buckets.get(bound, 0.0) for bound in bounds}
        return Histogram(both, self.total + other.total)

    def since(self, before: Histogram) -> Histogram:
        """What was observed after ``before``, which is an earlier state of the same."""
        buckets = {bound: max(0.0, count - before.buckets.get(bound, 0.0)) for bound, count in self.buckets.items()}
        return Histogram(buckets, max(0.0, self.total - before.total))

    def quantile(self, share: float) -> float | None:
        """The value that ``share`` of the observations do not exceed, evenly spread within a bucket; None of none.

        Beyond the last finite bound it is that bound: more is not known.
        """
        rank = share * self.count
        if self.count <= 0:
            return None
        lower, below = 0.0, 0.0
        for bound in sorted(self.buckets):
            count = max(below, self.buckets[bound])
            if bound == _ENDLESS:
                break
            if count >= rank and count > below:
                return lower + (bound - lower) * (rank - below) / (count - below)
            lower, below = bound, count
        return lower
