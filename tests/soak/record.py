"""The samples of a run, kept in its folder as a table and a drawing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from statistics import median

from tests.soak.gauge import Sample

__all__ = ["Record"]

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 72  # characters
_EDGE = 10  # the part of the samples at each end that is compared: one in ten


class Record:
    """``warm``: turns after which it counts."""

    def __init__(self, warm: int) -> None:
        self._warm = warm
        self.samples: list[Sample] = []

    @property
    def _counting(self) -> list[Sample]:
        return [sample for sample in self.samples if sample.turns >= self._warm]

    def ends(self, name: str) -> tuple[float, float]:
        """The median of what was measured first and last after warming up."""
        values = [float(getattr(sample, name)) for sample in self._counting]
        edge = max(1, len(values) // _EDGE)
        return median(values[:edge]), median(values[-edge:])

    def growth(self, name: str) -> float:
        """0.05: a twentieth more at the end than after warming up."""
        first, last = self.ends(name)
        return last / first - 1

    def keep(self, folder: Path) -> str:
        """Write soak.csv and soak.txt; the latter's text."""
        with (folder / "soak.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(field.name for field in fields(Sample))
            table.writerows(map(astuple, self.samples))
        drawing = self.drawing()
        (folder / "soak.txt").write_text(drawing, encoding="utf-8")
        return drawing

    def drawing(self) -> str:
        rates = [self._rate(one, other) for one, other in zip(self.samples, self.samples[1:], strict=False)]
        rows = [("resident MB", [sample.resident / 1e6 for sample in self.samples]), ("turns/s", rates)]
        rows += [(name, [float(getattr(each, name)) for each in self.samples]) for name in _FLAT]
        return "\n".join(_drawn(name, values) for name, values in rows if values) + "\n"

    def _rate(self, one: Sample, other: Sample) -> float:
        return (other.turns - one.turns) / (other.at - one.at)


_FLAT = ("files", "threads", "children", "tasks")


def _drawn(name: str, values: Sequence[float]) -> str:
    """A line of bars, from nothing to the most."""
    step = len(values) / min(_WIDTH, len(values))
    shown = [
        median(values[int(n * step) : max(int(n * step) + 1, int((n + 1) * step))])
        for n in range(int(len(values) / step))
    ]
    most = max(shown) or 1.0
    bars = "".join(_BARS[min(7, int(8 * value / most))] for value in shown)
    return f"{name:>12} {bars} {values[0]:.1f} to {values[-1]:.1f}, at most {max(values):.1f}"
