"""A pool of HTTP connections that loses none of them, whenever the calls on it are cancelled.

httpcore 1.0 loses the connection of a call that is cancelled at the wrong instant, as when it takes its turn or gives
its connection back: that stays in the pool, neither used nor idle nor closed, and once all are such no call is made any
more. Eight connections do not outlive a thousand cancelled calls.
"""

from __future__ import annotations

import asyncio
import ssl
import sys

import httpx

from agents.http.exchange import Exchange

__all__ = ["UnbrokenTransport"]


class UnbrokenTransport(httpx.AsyncHTTPTransport):
    """A caller that is cancelled goes at once; its exchange with the other host ends by itself.

    ``to_the_end``: such an exchange goes on within its own deadlines and what it gives is dropped, which keeps the
    connection, and is for short answers. Otherwise it is broken off, so that the other host need not work on.
    """

    def __init__(
        self,
        trusted: ssl.SSLContext | bool,
        limits: httpx.Limits,
        proxy: str | None = None,
        *,
        to_the_end: bool = False,
    ) -> None:
        super().__init__(verify=trusted, limits=limits, proxy=proxy, trust_env=False)
        self._to_the_end = to_the_end
        self._exchanges: set[Exchange] = set()
        self._places = asyncio.Semaphore(limits.max_connections or sys.maxsize)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._take_place(request.extensions.get("timeout", {}).get("pool"))
        exchange = Exchange(super().handle_async_request, request, to_the_end=self._to_the_end)
        self._exchanges.add(exchange)
        exchange.task.add_done_callback(lambda _: self._give_back(exchange))
        return await exchange.head()

    async def aclose(self) -> None:
        """Close every connection; who still waits for one is told so."""
        await super().aclose()
        left = [exchange.task for exchange in self._exchanges]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _take_place(self, within: float | None) -> None:
        """Wait here for a connection, not in the pool, where a call that is cancelled would stay in the queue."""
        try:
            async with asyncio.timeout(within):
                await self._places.acquire()
        except TimeoutError as exc:
            raise httpx.PoolTimeout("no connection is free") from exc

    def _give_back(self, exchange: Exchange) -> None:
        self._exchanges.discard(exchange)
        self._places.release()
