"""Places: how many calls are made at once."""

from __future__ import annotations

import asyncio

import httpx

__all__ = ["Place", "Places"]


class Place:
    """May be given back more than once, and is free after the first."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def give_back(self) -> None:
        places, self._places = self._places, None
        if places is not None:
            places.release()


class Places:
    """Once ``closed``, there is none for anybody."""

    def __init__(self, most: int) -> None:
        self._places = asyncio.Semaphore(most)
        self.closed = False

    async def take(self, within: float | None) -> Place:
        """Wait for one, at most so many seconds. Raises httpx.PoolTimeout, and httpx.ReadError once closed."""
        try:
            async with asyncio.timeout(within):
                await self._places.acquire()
        except TimeoutError as exc:
            raise httpx.PoolTimeout("no connection is free") from exc
        place = Place(self._places)
        if self.closed:
            place.give_back()
            raise httpx.ReadError("the connections are closed")
        return place
