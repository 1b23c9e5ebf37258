"""What was said to a row whose delivery failed, so that the next try says the same and does nothing twice."""

from __future__ import annotations

from collections import OrderedDict

from bot.said import Said

__all__ = ["Retold"]


class Retold:
    """Remembers the last ``most`` sayings that have not been delivered, by their row. A restart forgets them."""

    def __init__(self, most: int = 1000) -> None:
        self._most = most
        self._kept: OrderedDict[int, Said] = OrderedDict()

    def keep(self, row: int, said: Said) -> None:
        self._kept[row] = said
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def of(self, row: int) -> Said | None:
        return self._kept.get(row)

    def drop(self, row: int) -> None:
        self._kept.pop(row, None)
