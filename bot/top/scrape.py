"""One look at the metrics of a running assistant. Whoever answers is believed in nothing but numbers and names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agents.untrusted import plain
from bot.top.histogram import Histogram

__all__ = ["NoMetrics", "Scrape"]

_LONGEST_LABEL = 200  # characters
Labels = frozenset[tuple[str, str]]


class NoMetrics(Exception):
    """The answer holds no metrics of Parley."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """Samples by name and labels. ``parley_uptime_seconds`` tells when they were taken, by the server's own clock."""

    samples: Mapping[str, Mapping[Labels, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Scrape:
        """Of Prometheus' text format. Raises NoMetrics."""
        from prometheus_client.parser import text_string_to_metric_families

        found: dict[str, dict[Labels, float]] = {}
        try:
            for family in text_string_to_metric_families(text):
                for sample in family.samples:
                    if math.isfinite(sample.value):
                        found.setdefault(sample.name, {})[_labels(sample.labels)] = sample.value
        # ValueError is what it says of lines it does not read; hostile ones break it in the other ways
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as exc:
            raise NoMetrics from exc
        if "parley_uptime_seconds" not in found:
            raise NoMetrics
        return cls(found)

    @property
    def uptime(self) -> float:
        return self.value("parley_uptime_seconds") or 0.0

    def value(self, name: str, **labels: str) -> float | None:
        """The sample with just these labels."""
        return self.samples.get(name, {}).get(frozenset(labels.items()))

    def sum(self, name: str, **labels: str) -> float:
        """Of all samples that have these labels among theirs."""
        wanted = labels.items()
        return sum(value for has, value in self.samples.get(name, {}).items() if wanted <= has)

    def labelled(self, name: str) -> Iterator[dict[str, str]]:
        """The labels of every sample of that name."""
        return (dict(labels) for labels in self.samples.get(name, {}))

    def histogram(self, name: str, **labels: str) -> Histogram:
        """Of all samples that have these labels, added up."""
        wanted = labels.items()
        buckets: dict[float, float] = {}
        for has, count in self.samples.get(f"{name}_bucket", {}).items():
            if wanted <= has and (bound := dict(has).get("le")):
                buckets[float(bound)] = buckets.get(float(bound), 0.0) + count
        return Histogram(buckets, self.sum(f"{name}_sum", **labels))


def _labels(told: Mapping[str, str]) -> Labels:
    """On one line each. Raises ValueError for a bucket's bound that is no number."""
    if math.isnan(float(told.get("le", 0))):
        raise ValueError("a bucket without a bound")
    return frozenset((name, " ".join(plain(value).split())[:_LONGEST_LABEL]) for name, value in told.items())
