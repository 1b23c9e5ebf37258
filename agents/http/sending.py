"""A request on its way to another host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import httpx
from yarl import URL

from agents.http.failures import translated

__all__ = ["sent"]

_PIECE = 64 << 10  # bytes that have to go out within the deadline for writing


async def sent(session: aiohttp.ClientSession, request: httpx.Request) -> aiohttp.ClientResponse:
    """The head of the answer, within the deadlines of the request. Raises httpx.TransportError."""
    told = request.extensions.get("timeout", {})
    connect, write = told.get("connect"), told.get("write")
    body = await request.aread()
    try:
        async with asyncio.timeout(None) as writing:
            with translated():
                return await session.request(
                    request.method,
                    URL(str(request.url), encoded=True),
                    headers=[(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw],
                    data=_pieces(body, writing, write) if len(body) > _PIECE else body or None,
                    timeout=aiohttp.ClientTimeout(connect=connect, sock_connect=connect, sock_read=told.get("read")),
                    allow_redirects=False,
                )
    except TimeoutError as exc:
        raise httpx.WriteTimeout("what is sent is not taken") from exc


async def _pieces(body: bytes, writing: asyncio.Timeout, within: float | None) -> AsyncIterator[bytes]:
    """The body, each piece of which has so many seconds to go out."""
    loop = asyncio.get_running_loop()
    with suppress(RuntimeError):  # when an answer comes before the end, nobody waits for the rest to go out
        for start in range(0, len(body), _PIECE):
            writing.reschedule(None if within is None else loop.time() + within)
            yield body[start : start + _PIECE]
        writing.reschedule(None)
