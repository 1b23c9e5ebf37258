"""A host that keeps to HTTP only as far as a test wants, and then goes away, falls silent or breaks the connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Literal, Self

__all__ = ["HEAD", "RawHost"]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class RawHost:
    """Serves as an async context manager: reads a request, writes ``head`` and ``pieces`` as chunks, and ends so.

    ``end``: ``close`` closes in mid-answer, ``reset`` sends a TCP reset, ``silence`` keeps open and says nothing,
    ``flood`` sends the last piece on and on. Without ``head`` nothing is written at all.
    """

    def __init__(
        self, head: bytes = b"", *pieces: bytes, end: Literal["close", "reset", "silence", "flood"] = "close"
    ) -> None:
        self._written = head + b"".join(map(chunk, pieces))
        self._flood = chunk(pieces[-1]) if pieces else b""
        self._end = end
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    def reference(self, options: str = "") -> str:
        return f"openai:http://127.0.0.1:{self.port}/v1#stub{options}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self._written)
            await writer.drain()
            await self._finish(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()

    async def _finish(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._end == "flood":
            while True:
                writer.write(self._flood)
                await writer.drain()
        if self._end == "silence":
            while await reader.read(1 << 16):
                pass
        if self._end == "reset":
            linger = struct.pack("ii", 1, 0)  # SO_LINGER with no time: close() sends a reset
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        writer.close()
