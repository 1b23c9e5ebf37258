"""A client that talks to the door byte by byte, as badly as a test wants."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit

from tests.bot.web.site import Browser, Site

__all__ = ["Raw"]

_WITHIN = 8.0  # seconds


class Raw:
    """One connection, in a browser's session."""

    def __init__(self, address: str, browser: Browser, receive_buffer: int | None) -> None:
        self._address = urlsplit(address)
        session = "=".join(browser.cookie)
        self._session = f"Cookie: {session}\r\nX-CSRF-Token: {browser.page['csrf']}\r\n"
        self._receive_buffer = receive_buffer
        self._sending: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, site: Site, browser: Browser, *, receive_buffer: int | None = None) -> Self:
        return cls(site.door.address, browser, receive_buffer)

    async def __aenter__(self) -> Self:
        plain = socket.socket()
        if self._receive_buffer is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        plain.setblocking(False)
        await asyncio.get_running_loop().sock_connect(plain, (self._address.hostname, self._address.port))
        limit = self._receive_buffer or 65536
        self._reader, self._writer = await asyncio.open_connection(sock=plain, limit=limit)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._sending is not None:
            self._sending.cancel()
        self._writer.transport.abort()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    def head(self, method: str, path: str, headers: dict[str, str]) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.send(f"{method} {path} HTTP/1.1\r\nHost: {self._address.netloc}\r\n{self._session}{lines}\r\n".encode())

    def chunk(self, data: bytes) -> None:
        self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def trickle(self, data: bytes, *, every: float) -> None:
        """Go on sending this, every so many seconds."""

        async def trickling() -> None:
            while True:
                self.send(data)
                await asyncio.sleep(every)

        self._sending = asyncio.create_task(trickling())

    async def line(self) -> bytes:
        """The next line of the answer; nothing when the connection ended."""
        async with asyncio.timeout(_WITHIN):
            return await self._reader.readline()

    async def answer(self) -> tuple[int, dict[str, Any]]:
        """The status and the JSON of the answer."""
        status = int((await self.line()).split()[1])
        length = 0
        while (line := await self.line()).strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        async with asyncio.timeout(_WITHIN):
            return status, json.loads(await self._reader.readexactly(length))

    async def cut_off(self) -> bool:
        """Whether the other side breaks the connection off, in reasonable time, while nothing is read from it."""
        async with asyncio.timeout(_WITHIN):
            while not self._writer.is_closing():
                self.send(b" ")  # only who writes hears of it
                await asyncio.sleep(0.05)
        return True

    async def closed(self) -> bool:
        """Whether the other side ends the connection, in reasonable time."""
        async with asyncio.timeout(_WITHIN):
            with suppress(ConnectionError):
                while await self._reader.read(65536):
                    pass
            return True
