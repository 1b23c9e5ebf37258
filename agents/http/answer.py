"""One answer of another host, its body as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import httpx

from agents.http.failures import translated

__all__ = ["Answer"]

_LARGEST = 64 << 20  # bytes of a body that is read to its end before anybody looks at it


class Answer(httpx.AsyncByteStream):
    """What of the body is there at the same moment is one piece: hosts of language models send every token in a chunk
    of its own, and each piece costs a quarter of a millisecond on its way through everything behind.

    Each piece has ``read`` seconds to come. ``left`` is called when nobody reads on, and may be called again.
    """

    def __init__(self, came: aiohttp.ClientResponse, read: float | None, left: Callable[[], None]) -> None:
        self._came = came
        self._read = read
        self._left = left
        self._whole: bytes | None = None

    def __del__(self) -> None:
        self._left()

    def response(self) -> httpx.Response:
        """As httpx has it."""
        return httpx.Response(self._came.status, headers=list(self._came.raw_headers), stream=self)

    async def take(self) -> None:
        """Read the body to its end. Raises httpx.TransportError."""
        whole = bytearray()
        try:
            async for piece in self._arriving():
                whole += piece
                if len(whole) > _LARGEST:
                    raise httpx.RemoteProtocolError("an answer without end")
        finally:
            self.drop()
        self._whole = bytes(whole)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._arriving() if self._whole is None else self._taken(self._whole)

    async def aclose(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Leave it: its connection is closed unless all has come, and all was sent."""
        self._came.close()
        self._left()

    async def _arriving(self) -> AsyncIterator[bytes]:
        while piece := await self._piece():
            yield piece

    async def _piece(self) -> bytes:
        """Empty at the end. What came before something broke comes first."""
        content = self._came.content
        try:
            async with asyncio.timeout(self._read):
                with translated():
                    return await content.readany()
        except TimeoutError as exc:
            raise httpx.ReadTimeout("nothing more came in time") from exc
        except httpx.TransportError:
            if came := content._read_nowait(-1):  # aiohttp's public ways to read it are shut by now
                return came
            raise

    async def _taken(self, whole: bytes) -> AsyncIterator[bytes]:
        yield whole
