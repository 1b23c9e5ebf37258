"""How long one call may take from one step to the next."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any

import aiohttp
import httpx

__all__ = ["Deadlines", "watching"]


class Deadlines:
    """httpx's, in seconds, each None for ever: ``connect`` with all that proxies and TLS take, ``write`` for each piece
    that is sent, ``read`` for each that comes.
    """

    def __init__(self, request: httpx.Request) -> None:
        told: Mapping[str, float | None] = request.extensions.get("timeout", {})
        self.connect, self.write, self.read = told.get("connect"), told.get("write"), told.get("read")
        self._sending = False
        self._head = asyncio.timeout(None)

    @asynccontextmanager
    async def heeded(self) -> AsyncIterator[None]:
        """Until the head of the answer is there. Raises httpx.WriteTimeout or httpx.ReadTimeout."""
        try:
            async with self._head:
                yield
        except TimeoutError as exc:
            if self._sending:
                raise httpx.WriteTimeout("what is sent is not taken") from exc
            raise httpx.ReadTimeout("no answer in time") from exc

    def begun(self) -> None:
        """The headers are sent."""
        self._within(self.read)

    def piece(self) -> None:
        """One more piece is being sent."""
        self._sending = True
        self._within(self.write)

    def all_sent(self) -> None:
        """As far as we know: half a megabyte may still be on its way, and has the time of a piece."""
        self._sending = False
        self._within(None if self.read is None else self.read + (self.write or 0.0))

    def _within(self, seconds: float | None) -> None:
        with suppress(RuntimeError):  # the head is there already, and nobody waits for what is still being sent
            self._head.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)


def watching() -> aiohttp.TraceConfig:
    """Tells the Deadlines of a call when its headers are sent."""

    async def sent(_: aiohttp.ClientSession, context: SimpleNamespace, __: Any) -> None:
        context.trace_request_ctx.begun()

    config = aiohttp.TraceConfig()
    config.on_request_headers_sent.append(sent)
    return config
