"""A gate: so many at once, so many waiting, and each no longer than this."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.web.refusal import Refused

__all__ = ["Gate"]

_AGAIN = 5  # seconds


class Gate:
    """``patience`` is in seconds."""

    def __init__(self, most: int, waiting: int, patience: float) -> None:
        self._places = asyncio.Semaphore(most)
        self._room = waiting
        self._patience = patience

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """Inside. Raises Refused when too many wait already, or it took too long."""
        await self._enter()
        try:
            yield
        finally:
            self._places.release()

    async def _enter(self) -> None:
        if self._room == 0:
            raise Refused("busy", 503, retry_after=_AGAIN)
        self._room -= 1
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError as exc:
            raise Refused("busy", 503, retry_after=_AGAIN) from exc
        finally:
            self._room += 1
