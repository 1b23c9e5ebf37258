"""HTTP whose calls end by themselves when nobody waits for them any more.

httpcore 1.0 loses the connection of a call that is cancelled at the wrong moment: it stays in the pool, neither used
nor idle nor closed, and once all are such no call is made any more. Every turn cancels the sign that an answer is being
made, so that this happened after some thousand turns.
"""

from __future__ import annotations

import asyncio
import ssl

import httpx

__all__ = ["UnbrokenTransport"]


class UnbrokenTransport(httpx.AsyncHTTPTransport):
    """For short answers, which are read to their end before they are handed on.

    A call that is cancelled goes on without its caller, within its own deadlines, and what it gives is dropped.
    """

    def __init__(self, trusted: ssl.SSLContext, limits: httpx.Limits, proxy: str | None = None) -> None:
        super().__init__(verify=trusted, limits=limits, proxy=proxy, trust_env=False)
        self._left: set[asyncio.Task[httpx.Response]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = asyncio.create_task(self._call(request), name="telegram-http")
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            self._left.add(call)
            call.add_done_callback(self._forget)
            raise

    async def _call(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - as of every such transport
        try:
            body = b"".join([part async for part in response.stream])
        finally:
            await response.aclose()
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))

    def _forget(self, call: asyncio.Task[httpx.Response]) -> None:
        self._left.discard(call)
        if not call.cancelled():
            call.exception()  # looked at, so that nobody is told that nobody did
