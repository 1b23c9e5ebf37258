"""What is sent: whole, within its deadline, and nowhere in what is told of a failure."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from aiohttp import web

from agents.http import Client, UnbrokenTransport
from tests.agents.http.meeting import meeting
from tests.agents.models.openai.raw_host import RawHost

LARGE = bytes(range(256)) * 20_000  # 5 MB


@asynccontextmanager
async def client(**deadlines: float) -> AsyncIterator[Client]:
    timeout = httpx.Timeout(5.0) if not deadlines else httpx.Timeout(**{"timeout": 5.0, **deadlines})
    http = Client(UnbrokenTransport(False, 2), timeout, {"X-Ours": "yes"})
    try:
        yield http
    finally:
        await http.aclose()


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, len(LARGE)])
async def test_a_body_of_any_size_arrives_with_its_length_and_our_headers(size: int) -> None:
    seen: list[Any] = []

    async def serve(request: web.Request) -> web.Response:
        seen.extend([dict(request.headers), await request.read()])
        return web.Response(body=b"yes")

    app = web.Application(client_max_size=2 * len(LARGE))
    app.router.add_post("/", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with client() as http:
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with http.stream("POST", address, content=LARGE[:size], headers={"X-Own": "1"}) as response:
            assert await response.aread() == b"yes"
    await runner.cleanup()
    headers, body = seen
    assert body == LARGE[:size]
    assert (headers["Content-Length"], headers["X-Ours"], headers["X-Own"]) == (str(size), "yes", "1")
    assert (headers["Accept-Encoding"], headers["User-Agent"]) == ("identity", "Parley")
    assert "Content-Type" not in headers


async def test_a_host_that_takes_nothing_is_waited_for_only_so_long() -> None:
    met = asyncio.Event()

    async def silent(*_: object) -> None:
        await met.wait()

    async with meeting(silent) as address, client(write=0.2) as http:
        with pytest.raises(httpx.WriteTimeout):
            async with http.stream("POST", address, content=LARGE * 10):
                pass
        met.set()


async def test_an_answer_that_comes_before_all_is_sent_is_taken() -> None:
    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        await writer.drain()
        await reader.read()

    async with meeting(hasty) as address, client() as http:
        async with http.stream("POST", address, content=LARGE * 10) as response:
            assert (response.status_code, await response.aread()) == (413, b"no")


async def test_no_answer_in_time_is_told_as_that() -> None:
    async with RawHost(end="silence") as host, client(read=0.1) as http:
        with pytest.raises(httpx.ReadTimeout):
            async with http.stream("GET", f"http://127.0.0.1:{host.port}"):
                pass


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nno"])
async def test_what_is_told_of_a_failure_holds_no_address(said: bytes) -> None:
    async def odd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)

    async with meeting(odd) as address, client() as http:
        address = f"{address}/secret"
        with pytest.raises(httpx.RemoteProtocolError) as failed:
            async with http.stream("GET", address) as response:
                await response.aread()
    assert "secret" not in "".join(traceback.format_exception(failed.value))


async def test_a_host_that_is_not_there_is_not_connected_to() -> None:
    address = "http://127.0.0.1:1/secret"
    async with client() as http:
        with pytest.raises(httpx.ConnectError) as failed:
            async with http.stream("POST", address, content=b"words"):
                pass
    assert "secret" not in "".join(traceback.format_exception(failed.value))
