"""Bodies of requests: refused early when they are too large, and given up when they come too slowly."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.bounds import Bounds
from bot.web.refusal import Refused

__all__ = ["Bodies"]


class Bodies:
    """Bounds what an app reads of a post; reading raises Refused. ``large`` are the paths that take uploads.

    Bodies of other requests are not looked at by anybody.
    """

    def __init__(self, app: ASGIApp, bounds: Bounds, large: frozenset[str]) -> None:
        self._app = app
        self._bounds = bounds
        self._large = large

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            most = self._bounds.body if scope["path"] in self._large else self._bounds.small_body
            receive = _Body(receive, most, _declared(scope), self._bounds)
        await self._app(scope, receive, send)


class _Body:
    """One body. Time counts only while somebody waits for more of it."""

    def __init__(self, receive: Receive, most: int, declared: int, bounds: Bounds) -> None:
        self._receive = receive
        self._most = most
        self._declared = declared
        self._bounds = bounds
        self._size = 0
        self._spent = 0.0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        self._check(self._declared)
        message = await self._in_time()
        self._whole = not message.get("more_body", False)
        self._size += len(message.get("body", b""))
        self._check(self._size)
        return message

    def _check(self, size: int) -> None:
        if size > self._most:
            raise Refused("too-large", 413)

    async def _in_time(self) -> Message:
        clock = asyncio.get_running_loop().time
        began = clock()
        allowed = min(self._bounds.body_deadline, self._bounds.body_grace + self._size / self._bounds.pace)
        try:
            async with asyncio.timeout(allowed - self._spent):
                return await self._receive()
        except TimeoutError as exc:
            raise Refused("slow", 408) from exc
        finally:
            self._spent += clock() - began


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
