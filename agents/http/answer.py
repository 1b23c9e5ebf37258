"""One answer of another host, its body as it comes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import aiohttp
import httpx

from agents.http.failures import translated

__all__ = ["Answer"]


class Answer(httpx.AsyncByteStream):
    """What of the body is there at the same moment is one piece: hosts of language models send every token in a chunk
    of its own, and each piece costs a quarter of a millisecond on its way through everything behind.

    ``left`` is called when nobody reads on, and may be called again.
    """

    def __init__(self, came: aiohttp.ClientResponse, left: Callable[[], None]) -> None:
        self._came = came
        self._left = left
        self._whole: bytes | None = None

    def response(self) -> httpx.Response:
        """As httpx has it."""
        return httpx.Response(self._came.status, headers=list(self._came.raw_headers), stream=self)

    async def take(self) -> None:
        """Read the body to its end. Raises httpx.TransportError."""
        try:
            self._whole = b"".join([piece async for piece in self._arriving()])
        finally:
            self.drop()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._arriving() if self._whole is None else self._taken(self._whole)

    async def aclose(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Leave it: its connection is closed unless all has come."""
        self._came.close()
        self._left()

    async def _arriving(self) -> AsyncIterator[bytes]:
        with translated():
            while piece := await self._came.content.readany():
                yield piece

    async def _taken(self, whole: bytes) -> AsyncIterator[bytes]:
        yield whole
