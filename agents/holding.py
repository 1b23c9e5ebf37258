"""How much decoded media a turn holds at once: room for the largest is taken, and most of it given back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from agents.decoded import Footage, Sound

if TYPE_CHECKING:
    from agents.decoded import Decoded

__all__ = ["Holding", "Share", "weight"]

_BYTES_A_PIXEL = 4  # Pillow pads RGB
_BYTES_A_SAMPLE = 4


class Share:
    """What one medium may hold, in bytes."""

    def __init__(self, holding: Holding, most: int) -> None:
        self._holding = holding
        self.bytes = most

    async def keep(self, item: Decoded) -> None:
        """Give back what the decoded item does not need."""
        spare = max(0, self.bytes - weight(item))
        self.bytes -= spare
        await self._holding.back(spare)


class Holding:
    """Bytes for everybody; who finds too few left waits."""

    def __init__(self, room: int) -> None:
        self._whole = self._left = room
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def of(self, most: int) -> AsyncIterator[Share]:
        """Room for ``most`` bytes; for what is larger than all there is, all of it."""
        most = min(most, self._whole)
        async with self._changed:
            await self._changed.wait_for(lambda: self._left >= most)
            self._left -= most
        share = Share(self, most)
        try:
            yield share
        finally:
            await self.back(share.bytes)

    async def back(self, spare: int) -> None:
        async with self._changed:
            self._left += spare
            self._changed.notify_all()


def weight(item: Decoded) -> int:
    """Bytes that the item takes in memory."""
    if isinstance(item, Sound):
        return _BYTES_A_SAMPLE * len(item.samples)
    if isinstance(item, Footage):
        return sum(weight(frame.picture) for frame in item.frames) + (weight(item.sound) if item.sound else 0)
    if hasattr(item, "text"):
        return len(item.text.encode())
    return _BYTES_A_PIXEL * item.width * item.height
