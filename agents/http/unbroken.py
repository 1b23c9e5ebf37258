"""httpx's calls on aiohttp's connections: none is lost, whenever a call is cancelled, and a call costs a third.

httpcore, on which httpx calls otherwise, loses the connection of a call that is cancelled at the wrong instant, looks
at every idle one for each call, and divides what comes in Python.
"""

from __future__ import annotations

import asyncio
import ssl
from functools import partial
from weakref import WeakSet

import httpx

from agents.http.answer import Answer
from agents.http.deadlines import Deadlines
from agents.http.places import Place, Places
from agents.http.sending import Sender

__all__ = ["UnbrokenTransport"]

_BREAKING_OFF = 2.0  # seconds that a call may take to end


class UnbrokenTransport(httpx.AsyncBaseTransport):
    """Makes ``at_once`` calls at once. A caller that is cancelled goes at once too.

    ``to_the_end``: what such a caller began goes on within its own deadlines and what it gives is dropped, which keeps
    the connection, and is for short answers. Otherwise it is broken off, so that the other host need not work on.
    """

    def __init__(
        self,
        trusted: ssl.SSLContext | bool,
        at_once: int,
        proxy: str | None = None,
        *,
        to_the_end: bool = False,
    ) -> None:
        self._sender = Sender(trusted, proxy)
        self._to_the_end = to_the_end
        self._places = Places(at_once)
        self._calls = set[asyncio.Task[Answer]]()
        self._answers = WeakSet[Answer]()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises httpx.TransportError."""
        place = await self._places.take(request.extensions.get("timeout", {}).get("pool"))
        call = asyncio.create_task(self._call(request, place), name="http-call")
        self._calls.add(call)
        call.add_done_callback(partial(self._called, place))
        try:
            answer = await asyncio.shield(call)
        except asyncio.CancelledError:
            if call.cancelled() and not _leaving():
                raise httpx.ReadError("the connections were closed") from None
            if not self._to_the_end:
                call.cancel()
            call.add_done_callback(_dropped)  # it may have come at the same instant
            raise
        return answer.response()

    async def aclose(self) -> None:
        """Close every connection; who still waits for one is told so, and so is who calls later."""
        self._places.closed = True
        for call in self._calls:
            call.cancel()
        if self._calls:
            await asyncio.wait(self._calls, timeout=_BREAKING_OFF)
        for answer in list(self._answers):
            answer.drop()
        await self._sender.close()

    async def _call(self, request: httpx.Request, place: Place) -> Answer:
        deadlines = Deadlines(request)
        answer = Answer(await self._sender.sent(request, deadlines), deadlines.read, place.give_back)
        self._answers.add(answer)
        if self._to_the_end:
            await answer.take()
        return answer

    def _called(self, place: Place, call: asyncio.Task[Answer]) -> None:
        self._calls.discard(call)
        if call.cancelled() or call.exception():
            place.give_back()


def _dropped(call: asyncio.Task[Answer]) -> None:
    if not call.cancelled() and call.exception() is None:
        call.result().drop()


def _leaving() -> bool:
    """Whether who calls is cancelled itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
