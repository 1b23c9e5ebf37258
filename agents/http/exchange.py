"""One request and its answer, in a task of their own, which is interrupted only where httpcore bears it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import httpx
from socksio import SOCKSError

if TYPE_CHECKING:
    from httpcore import AsyncNetworkStream

__all__ = ["Exchange"]

_AHEAD = 1 << 20  # bytes of a body that are read before somebody takes them; httpcore's pieces are of 64 KiB at most
# Where httpcore waits for the other host and closes its connection when that is interrupted, once: the names of its
# trace, https://www.encode.io/httpcore/extensions/. Connecting is not among them: proxies leave it half done.
_INTERRUPTIBLE = {
    "http11.send_request_headers",
    "http11.send_request_body",
    "http11.receive_response_headers",
    "http11.receive_response_body",
}
_CONNECTED, _SENDS = "connect_tcp.complete", "http11.send_request_headers.started"
# Times the deadline to connect: httpcore grants it to TCP and once more to TLS, and none to what a SOCKS proxy says.
_STEPS = 3

Send = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Exchange(httpx.AsyncByteStream):
    """Begins at once, and is the body of its answer. It is left by closing it, or by cancelling who waits for its head.

    What of the body is there at the same moment is one piece: hosts of language models send every token in a chunk of
    its own, and each piece costs a quarter of a millisecond on its way through everything behind.

    ``to_the_end`` tells whether it goes on when it is left, as far as nobody has to take what comes, or breaks off.
    Until it is connected it goes on in either case, and raises httpx.ConnectTimeout when that takes three times the
    deadline of the request.
    """

    def __init__(self, send: Send, request: httpx.Request, *, to_the_end: bool) -> None:
        self._to_the_end = to_the_end
        self._left = self._interruptible = self._whole = False
        self._response: httpx.Response | None = None
        self._connecting: asyncio.Timeout | None = None
        self._stream: AsyncNetworkStream | None = None  # of a connection that is only being made
        self._there = bytearray()
        self._news, self._room = asyncio.Event(), asyncio.Event()
        request.extensions = {**request.extensions, "trace": self._told}
        self.task = asyncio.create_task(self._carry(send, request), name="http-exchange")
        self.task.add_done_callback(self._ended)

    @property
    def unanswered(self) -> bool:
        """Whether it failed, or ended otherwise, before there was a head of an answer."""
        return self.task.done() and self._response is None

    async def head(self) -> httpx.Response:
        """The answer, its body still to be read. Raises httpx.TransportError."""
        try:
            await self._news.wait()
        except asyncio.CancelledError:
            self._leave()
            raise
        if self._response is None:
            self._fail()
        told = self._response
        return httpx.Response(told.status_code, headers=told.headers, stream=self, extensions=told.extensions)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._there or not self.task.done():
            if self._there:
                piece = bytes(self._there)
                self._there.clear()
                self._room.set()
                yield piece
            else:
                self._news.clear()
                await self._news.wait()
        if not self._whole:
            self._fail()

    async def aclose(self) -> None:
        """Leave it. One that breaks off is waited for, so that its connection is closed or free then."""
        self._leave()
        if not (self._to_the_end or self.task.done()):
            await asyncio.wait({self.task})

    async def _carry(self, send: Send, request: httpx.Request) -> None:
        if self._left:
            raise asyncio.CancelledError
        response = self._response = await self._answer(send, request)
        try:
            self._news.set()
            async for piece in response.aiter_raw():
                await self._hand_over(piece)
        finally:
            await response.aclose()
        self._whole = True

    async def _answer(self, send: Send, request: httpx.Request) -> httpx.Response:
        within = request.extensions.get("timeout", {}).get("connect")
        try:
            async with asyncio.timeout(None if within is None else within * _STEPS) as self._connecting:
                return await send(request)
        except TimeoutError as exc:
            raise httpx.ConnectTimeout("not connected in time") from exc
        except SOCKSError as exc:  # httpcore lets it through, and nobody who calls expects it
            raise httpx.ProxyError("what the proxy says is not SOCKS") from exc
        finally:
            if self._stream is not None:  # httpcore forgets it when a SOCKS proxy does not say what it should
                await self._stream.aclose()

    async def _hand_over(self, piece: bytes) -> None:
        while len(self._there) >= _AHEAD:
            if self._left:
                raise asyncio.CancelledError
            self._room.clear()
            await self._room.wait()
        self._there += piece
        self._news.set()

    async def _told(self, event: str, facts: Mapping[str, Any]) -> None:
        if event.endswith(_CONNECTED):
            self._stream = facts["return_value"]
        elif event == _SENDS and self._connecting is not None:
            self._connecting.reschedule(None)
            self._connecting = self._stream = None
        where, _, how = event.rpartition(".")
        if where in _INTERRUPTIBLE:
            self._interruptible = how == "started"
            if self._interruptible and self._left and not self._to_the_end:
                raise asyncio.CancelledError

    def _leave(self) -> None:
        if self._left:
            return
        self._left = True
        self._room.set()
        if self._interruptible and not self._to_the_end:
            self.task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._news.set()
        if not task.cancelled():
            task.exception()  # looked at, so that nobody is told that nobody did

    def _fail(self) -> NoReturn:
        if not self.task.cancelled() and (broken := self.task.exception()):
            raise broken
        raise httpx.ReadError("the connection was closed")
