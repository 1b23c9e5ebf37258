"""The port of what people have used of their allowances."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

__all__ = ["Usage"]


class Usage(Protocol):
    """What was used on a day, so that a restart gives nobody a second allowance.

    ``holder`` is a person or a chat, as the caller names them; ``kind`` what is counted.
    """

    async def used(self, holder: str, day: date, *, besides: int | None = None) -> Mapping[str, float]:
        """By kind, without what the inbox row ``besides`` was counted for."""
        ...

    async def use(self, holder: str, day: date, kind: str, amount: float, *, row: int) -> None:
        """Count more; the same inbox row counts once a kind and holder, however often it is tried."""
        ...

    async def expire(self, before: date) -> int:
        """Forget days before that; how many entries."""
        ...
