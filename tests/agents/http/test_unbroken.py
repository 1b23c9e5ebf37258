"""Calls that nobody waits for any more leave the pool of connections whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from agents.http import UnbrokenTransport
from tests.agents.models.openai.raw_host import HEAD, RawHost
from tests.slow_host import SlowHost, break_off
from tests.waiting import until

CONNECTIONS = 4
TIMES = 60


@pytest.fixture
async def host() -> AsyncIterator[SlowHost]:
    async with SlowHost("yes") as host:
        yield host


def client(*, connections: int = CONNECTIONS, pool: float | None = 5.0, to_the_end: bool = False) -> httpx.AsyncClient:
    transport = UnbrokenTransport(False, connections, to_the_end=to_the_end)
    return httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(5.0, pool=pool))


@pytest.mark.parametrize("to_the_end", [False, True])
@pytest.mark.parametrize("path", ["/short", "/completions"])
async def test_cancelled_calls_leave_every_connection_usable(host: SlowHost, path: str, to_the_end: bool) -> None:
    async with client(to_the_end=to_the_end) as http:

        async def call() -> httpx.Response:
            return await http.post(host.address + path, json="?")

        await break_off(call, CONNECTIONS * 2, TIMES)
        await host.gather(CONNECTIONS)
        answers = await asyncio.gather(*(call() for _ in range(CONNECTIONS)))
    assert [answer.status_code for answer in answers] == [200] * CONNECTIONS


async def test_a_cancelled_stream_is_closed() -> None:
    async with SlowHost(events=None) as host, client() as http:
        reading = asyncio.create_task(http.post(f"{host.address}/completions"))
        await until(lambda: host.serving == 1, 5.0)
        reading.cancel()
        await until(lambda: host.serving == 0, 5.0)
    assert reading.cancelled()


async def test_a_cancelled_call_that_goes_to_its_end_keeps_its_connection(host: SlowHost) -> None:
    await host.gather(2)
    async with client(connections=1, to_the_end=True) as http:
        call = asyncio.create_task(http.get(host.address))
        await until(lambda: host.serving == 1, 5.0)
        call.cancel()
        await asyncio.wait({call})
        host.release()
        await http.get(host.address)
    assert call.cancelled()
    assert (host.asked, len(host.callers)) == (2, 1)


async def test_a_call_cancelled_while_no_connection_is_free_is_never_made(host: SlowHost) -> None:
    await host.gather(2)
    async with client(connections=1, to_the_end=True) as http:
        first, second = (asyncio.create_task(http.get(host.address)) for _ in range(2))
        await until(lambda: host.serving == 1, 5.0)
        second.cancel()
        host.release()
        await asyncio.wait({first, second})
        await http.get(host.address)
    assert second.cancelled()
    assert host.asked == 2


async def test_waiting_for_a_connection_ends_at_its_deadline(host: SlowHost) -> None:
    await host.gather(2)
    async with client(connections=1, pool=0.05) as http:
        first = asyncio.create_task(http.get(host.address))
        await until(lambda: host.serving == 1, 5.0)
        with pytest.raises(httpx.PoolTimeout):
            await http.get(host.address)
        host.release()
        assert (await first).json() == "yes"


async def test_who_waits_is_told_when_the_connections_are_closed(host: SlowHost) -> None:
    await host.gather(2)
    http = client(connections=1, pool=None)
    call = asyncio.create_task(http.get(host.address))
    await until(lambda: host.serving == 1, 5.0)
    await http.aclose()
    with pytest.raises(httpx.ReadError):
        await call


@pytest.mark.parametrize("to_the_end", [False, True])
async def test_a_call_that_waits_for_a_connection_is_not_made_when_they_are_closed(
    host: SlowHost, to_the_end: bool
) -> None:
    await host.gather(3)
    http = client(connections=1, pool=None, to_the_end=to_the_end)
    under_way = asyncio.create_task(http.get(host.address))
    await until(lambda: host.serving == 1, 5.0)
    waiting = asyncio.create_task(http.get(host.address))
    await asyncio.sleep(0)  # in which it gets as far as it can
    await http.aclose()
    for call in (under_way, waiting):
        with pytest.raises(httpx.ReadError):
            await asyncio.wait_for(call, 5.0)
    assert host.asked == 1


async def test_nothing_is_sent_once_the_connections_are_closed(host: SlowHost) -> None:
    transport = UnbrokenTransport(False, CONNECTIONS)
    await transport.aclose()
    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            await transport.handle_async_request(httpx.Request("GET", host.address))
    assert host.asked == 0


async def test_a_body_arrives_whole_however_slowly_it_is_taken() -> None:
    sent = [bytes([number]) * 50_000 for number in range(100)]
    async with RawHost(HEAD % b"text/plain" + b"", *sent, b"") as host, client() as http:
        taken = bytearray()
        async with http.stream("GET", f"http://127.0.0.1:{host.port}") as response:
            async for piece in response.aiter_raw():
                taken += piece
                await asyncio.sleep(0)
    assert bytes(taken) == b"".join(sent)


async def test_what_breaks_in_mid_answer_reaches_who_reads() -> None:
    async with RawHost(HEAD % b"text/plain", b"some", end="reset") as host, client() as http:
        with pytest.raises(httpx.RemoteProtocolError):
            await http.get(f"http://127.0.0.1:{host.port}")
