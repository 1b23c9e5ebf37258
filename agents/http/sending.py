"""A request on its way to another host."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx
from yarl import URL

from agents.http.connections import connections
from agents.http.deadlines import Deadlines, watching
from agents.http.failures import translated
from agents.http.proxies import Proxy

__all__ = ["Sender"]

_PIECE = 64 << 10  # bytes that have to go out within the deadline for writing


class Sender:
    """Sends requests over connections of its own, which it opens with the first, within a running loop."""

    def __init__(self, trusted: ssl.SSLContext | bool, proxy: str | None) -> None:
        self._trusted = trusted
        self._proxy = Proxy.of(proxy) if proxy else None
        self._session: aiohttp.ClientSession | None = None

    async def sent(self, request: httpx.Request, deadlines: Deadlines) -> aiohttp.ClientResponse:
        """The head of the answer. Raises httpx.TransportError."""
        if self._session is None:
            self._session = connections(self._trusted, self._proxy, watching())
        body = await request.aread()
        async with deadlines.heeded():
            with translated():
                return await self._session.request(
                    request.method,
                    URL(str(request.url), encoded=True),
                    **self._headers(request),
                    data=_pieces(body, deadlines) if len(body) > _PIECE else body or None,
                    timeout=aiohttp.ClientTimeout(connect=deadlines.connect, sock_connect=deadlines.connect),
                    allow_redirects=False,
                    trace_request_ctx=deadlines,
                )

    def _headers(self, request: httpx.Request) -> dict[str, Any]:
        """Those of the request, and what tells a proxy who calls: that of a tunnel is told before, and alone."""
        ours = [(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw]
        if self._proxy is None or self._proxy.is_socks:
            return {"headers": ours}
        if request.url.scheme == "https":
            return {"headers": ours, "proxy_headers": self._proxy.headers}
        return {"headers": [*ours, *self._proxy.headers.items()]}

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


async def _pieces(body: bytes, deadlines: Deadlines) -> AsyncIterator[bytes]:
    """All of the body: what ends before its end would have the next call on that connection read as the rest."""
    for start in range(0, len(body), _PIECE):
        deadlines.piece()
        yield body[start : start + _PIECE]
    deadlines.all_sent()
