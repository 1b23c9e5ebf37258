"""Calls of other hosts, each a request and its answer alone: no redirect is followed, and no cookie kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from agents.http.unbroken import UnbrokenTransport

__all__ = ["Client"]

_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "Parley"}


class Client:
    """``headers`` go with every call, which asks for answers that are not packed; ``deadlines`` are for those calls
    that say no others.

    httpx's own client would cost a third of a call, most of it for cookies.
    """

    def __init__(
        self, transport: UnbrokenTransport, deadlines: httpx.Timeout, headers: Mapping[str, str] | None = None
    ) -> None:
        self._transport = transport
        self._deadlines = deadlines
        self._headers = {**_HEADERS, **(headers or {})}

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        deadlines: httpx.Timeout | None = None,
        **body: Any,
    ) -> AsyncIterator[httpx.Response]:
        """The answer, its body still to be read; leaving it ends the call.

        ``body`` is httpx's ``json``, ``data`` and ``files``.
        Raises httpx.TransportError, and httpx.InvalidURL or ValueError for an address that is none.
        """
        asked = {"timeout": (deadlines or self._deadlines).as_dict()}
        request = httpx.Request(method, url, headers={**self._headers, **(headers or {})}, extensions=asked, **body)
        response = await self._transport.handle_async_request(request)
        response.request = request
        try:
            yield response
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close every connection; who calls later is told so."""
        await self._transport.aclose()
