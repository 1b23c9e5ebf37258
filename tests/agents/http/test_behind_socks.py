"""A SOCKS proxy that says nothing, or what is no SOCKS, costs calls no more than their time, and the pool nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from agents.http import UnbrokenTransport
from tests.waiting import until

CONNECTIONS = 2
ROUNDS = 6  # of so many calls: more than the connections that a pool has to spare
THERE = "http://example.org"
WELL = 10.0  # seconds, for a call whose answer is looked at


class SocksProxy:
    """Says ``odd`` to the greeting and no more while it is not ``well``; else is every host, ``slow`` in seconds."""

    def __init__(self) -> None:
        self.well = False
        self.odd = b""
        self.slow = 0.0
        self.hangs_up = False  # once it has said what is ``odd``
        self.instead: bytes | None = None  # of TLS, said to whoever begins it
        self.met = self.open = 0

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            yield f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            await until(lambda: not self.open, 5.0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.met += 1
        self.open += 1
        if self.well:
            await self._answer(reader, writer)
        writer.write(b"" if self.well else self.odd)
        while not (self.hangs_up and not self.well) and await reader.read(1 << 16):
            pass
        writer.close()
        await writer.wait_closed()
        self.open -= 1

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 1928: the greeting, then CONNECT to a name, each with its reply."""
        await reader.readexactly(3)
        writer.write(b"\x05\x00")
        *_, length = await reader.readexactly(5)
        await reader.readexactly(length + 2)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        if self.instead is not None:
            await reader.read(1 << 16)
            writer.write(self.instead)
            return
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(self.slow)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")


@pytest.fixture
def proxy() -> SocksProxy:
    return SocksProxy()


@asynccontextmanager
async def through(proxy: SocksProxy, *, to_the_end: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    async with proxy.serving() as address:
        trusted = httpx.create_ssl_context(trust_env=False)
        transport = UnbrokenTransport(trusted, CONNECTIONS, address, to_the_end=to_the_end)
        timeout = httpx.Timeout(5.0, connect=0.1)
        async with httpx.AsyncClient(transport=transport, timeout=timeout) as http, asyncio.timeout(20):
            yield http


async def fail(http: httpx.AsyncClient, how: type[httpx.HTTPError], within: float = 0.1) -> None:
    with pytest.raises(how):
        await http.get(THERE, timeout=httpx.Timeout(5.0, connect=within))


@pytest.mark.parametrize("to_the_end", [False, True])
async def test_calls_cancelled_before_a_silent_proxy_give_their_connections_back(
    proxy: SocksProxy, to_the_end: bool
) -> None:
    async with through(proxy, to_the_end=to_the_end) as http:
        calls = [asyncio.create_task(http.get(THERE, timeout=0.4)) for _ in range(CONNECTIONS)]
        await until(lambda: proxy.met == CONNECTIONS, 5.0)
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        proxy.well = True
        answer = await http.get(THERE, timeout=WELL)
    assert all(call.cancelled() for call in calls)
    assert answer.text == "yes"


@pytest.mark.parametrize("to_the_end", [False, True])
@pytest.mark.parametrize("half", [b"", b"\x05"])
async def test_a_silent_proxy_is_waited_for_only_so_long_and_does_not_use_the_pool_up(
    proxy: SocksProxy, half: bytes, to_the_end: bool
) -> None:
    proxy.odd = half
    async with through(proxy, to_the_end=to_the_end) as http:
        for _ in range(ROUNDS):
            await asyncio.gather(*(fail(http, httpx.ConnectTimeout) for _ in range(CONNECTIONS)))
        await until(lambda: not proxy.open, 5.0)
        proxy.well = True
        answer = await http.get(THERE, timeout=WELL)
    assert answer.text == "yes"


@pytest.mark.parametrize("odd", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x05\xff"])
async def test_a_proxy_that_speaks_otherwise_fails_a_call_as_a_proxy_does(proxy: SocksProxy, odd: bytes) -> None:
    proxy.odd = odd
    async with through(proxy) as http:
        for _ in range(ROUNDS * CONNECTIONS):
            await fail(http, httpx.ProxyError, within=5.0)
        await until(lambda: not proxy.open, 5.0)
        proxy.well = True
        answer = await http.get(THERE, timeout=WELL)
    assert answer.text == "yes"


async def test_a_host_that_is_slow_once_it_is_connected_is_left_its_time(proxy: SocksProxy) -> None:
    proxy.well, proxy.slow = True, 1.2
    async with through(proxy) as http:
        answer = await http.get(THERE, timeout=httpx.Timeout(WELL, connect=0.3))
    assert answer.text == "yes"


@pytest.mark.parametrize("odd", [b"", b"\x05", b"\x05\x00", b"\x05\x00\x05\x00\x00\x01"])
async def test_a_proxy_that_hangs_up_is_no_connection(proxy: SocksProxy, odd: bytes) -> None:
    proxy.odd, proxy.hangs_up = odd, True
    async with through(proxy) as http:
        for _ in range(ROUNDS):
            await fail(http, httpx.ConnectError, within=5.0)
        proxy.well = True
        answer = await http.get(THERE, timeout=WELL)
    assert answer.text == "yes"


@pytest.mark.parametrize(("said", "how"), [(b"no TLS at all", httpx.ConnectError), (b"", httpx.ConnectTimeout)])
async def test_tls_that_fails_behind_the_proxy_is_no_connection_and_ends_in_time(
    proxy: SocksProxy, said: bytes, how: type[httpx.HTTPError]
) -> None:
    proxy.well, proxy.instead = True, said
    async with through(proxy) as http, asyncio.timeout(15):
        for _ in range(ROUNDS):
            with pytest.raises(how):
                await http.get("https://example.org", timeout=httpx.Timeout(5.0, connect=0.3))
        proxy.instead = None
        assert (await http.get(THERE, timeout=WELL)).text == "yes"


async def test_closing_drops_a_connection_that_is_only_being_made(proxy: SocksProxy) -> None:
    async with through(proxy, to_the_end=True) as http:
        call = asyncio.create_task(http.get(THERE, timeout=60.0))
        await until(lambda: proxy.open == 1, 5.0)
        await http.aclose()
        await until(lambda: not proxy.open, 5.0)
        with pytest.raises(httpx.ReadError):
            await call
