"""A pool of HTTP connections that loses none of them, whenever the calls on it are cancelled, and through a proxy too.

httpcore 1.0 loses the connection of a call that is cancelled at the wrong instant, as when it takes its turn or gives
its connection back, and that of a call whose TLS fails behind an HTTP proxy or to which a SOCKS proxy says nothing: it
stays in the pool, neither used nor idle nor closed, and once all are such no call is made any more. Eight do not
outlive a thousand cancelled calls.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from functools import partial

import httpx

from agents.http.exchange import Exchange

__all__ = ["UnbrokenTransport"]

_SPARE = 8  # connections of the pool that may be lost behind a proxy before another pool takes its place


class UnbrokenTransport(httpx.AsyncBaseTransport):
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
        at_once = limits.max_connections or sys.maxsize
        roomier = httpx.Limits(
            max_connections=at_once + _SPARE,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
        )
        self._open = partial(httpx.AsyncHTTPTransport, verify=trusted, limits=roomier, proxy=proxy, trust_env=False)
        self._pool = self._open()
        self._proxied = proxy is not None
        self._to_the_end = to_the_end
        self._places = asyncio.Semaphore(at_once)
        self._exchanges: dict[Exchange, httpx.AsyncHTTPTransport] = {}
        self._lost = 0
        self._closed = False
        self._closing: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._take_place(request.extensions.get("timeout", {}).get("pool"))
        exchange = Exchange(self._pool.handle_async_request, request, to_the_end=self._to_the_end)
        self._exchanges[exchange] = self._pool
        exchange.task.add_done_callback(lambda _: self._give_back(exchange))
        return await exchange.head()

    async def aclose(self) -> None:
        """Close every connection; who still waits for one is told so, and so is who calls later."""
        self._closed = True
        while left := [exchange.task for exchange in self._exchanges]:
            for task in left:
                task.cancel()
            await asyncio.wait(left)
        await asyncio.gather(*self._closing)
        await self._pool.aclose()

    async def _take_place(self, within: float | None) -> None:
        """Wait here for a connection, not in the pool, where a call that is cancelled would stay in the queue."""
        try:
            async with asyncio.timeout(within):
                await self._places.acquire()
        except TimeoutError as exc:
            raise httpx.PoolTimeout("no connection is free") from exc
        if self._closed:
            self._places.release()
            raise httpx.ReadError("the connections are closed")

    def _give_back(self, exchange: Exchange) -> None:
        pool = self._exchanges.pop(exchange)
        self._places.release()
        if self._proxied and exchange.unanswered and pool is self._pool:
            self._lost += 1
            if self._lost == _SPARE:
                self._pool, self._lost = self._open(), 0
        if pool is not self._pool and pool not in self._exchanges.values():
            self._close(pool)

    def _close(self, pool: httpx.AsyncHTTPTransport) -> None:
        closing = asyncio.create_task(pool.aclose(), name="http-closing")
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
