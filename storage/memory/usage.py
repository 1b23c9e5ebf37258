"""What was used, in memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from storage.columns import finite, storable

__all__ = ["MemoryUsage"]


class MemoryUsage:
    """Fills ``storage.ports.Usage``."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, int], tuple[date, float]] = {}

    async def used(self, holder: str, day: date, *, besides: int | None = None) -> Mapping[str, float]:
        total: dict[str, float] = {}
        for (whose, kind, row), (when, amount) in self._entries.items():
            if (whose, when) == (storable(holder), day) and row != besides:
                total[kind] = total.get(kind, 0.0) + amount
        return total

    async def use(self, holder: str, day: date, kind: str, amount: float, *, row: int) -> None:
        self._entries.setdefault((storable(holder), storable(kind), row), (day, finite(amount)))

    async def expire(self, before: date) -> int:
        old = [entry for entry, (day, _) in self._entries.items() if day < before]
        for entry in old:
            del self._entries[entry]
        return len(old)
