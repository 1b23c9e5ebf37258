"""A proxy behind which the other host's TLS fails leaves a pool that still calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from agents.http import UnbrokenTransport
from tests.waiting import until

CONNECTIONS = 2
FAILURES = 40


class LyingProxy:
    """Says of every host that it is reached, and then nothing that is TLS; for plain HTTP it answers when it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.asked = asyncio.Event()
        self.open = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            await until(lambda: not self.open, 5.0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(await self._tunnelled(reader, writer) if head.startswith(b"CONNECT") else await self._answered())
        while await reader.read(1 << 16):
            pass
        writer.close()
        await writer.wait_closed()
        self.open -= 1

    async def _tunnelled(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await reader.read(1 << 16)
        return b"no TLS here at all"

    async def _answered(self) -> bytes:
        self.asked.set()
        await self.let.wait()
        return b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"


@asynccontextmanager
async def through(proxy: str) -> AsyncIterator[httpx.AsyncClient]:
    trusted = httpx.create_ssl_context(trust_env=False)
    transport = UnbrokenTransport(trusted, CONNECTIONS, proxy)
    async with httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(5.0)) as http:
        yield http


async def fail(http: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ConnectError):
        await http.get("https://example.org")


async def test_failing_tls_behind_a_proxy_does_not_use_the_pool_up() -> None:
    proxy = LyingProxy()
    async with proxy.serving() as address, through(address) as http:
        proxy.let.set()
        for _ in range(FAILURES):
            await fail(http)
        answer = await http.get("http://example.org")
        assert proxy.open <= CONNECTIONS + 8
    assert answer.text == "yes"


async def test_a_call_under_way_does_not_notice_that_others_fail() -> None:
    proxy = LyingProxy()
    async with proxy.serving() as address, through(address) as http:
        under_way = asyncio.create_task(http.get("http://example.org"))
        await proxy.asked.wait()
        for _ in range(FAILURES):
            await fail(http)
        proxy.let.set()
        assert (await under_way).text == "yes"
