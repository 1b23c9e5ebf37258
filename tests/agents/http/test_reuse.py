"""A connection serves again only when nothing of the last call is left on it, in either direction."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from agents.http import Client, UnbrokenTransport
from tests.agents.http.meeting import Meeting, meeting

LARGE = b"x" * 20_000_000
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
both = pytest.mark.parametrize("to_the_end", [False, True])


@dataclass(frozen=True)
class Call:
    """Makes one; gives the body of its answer."""

    http: Client
    transport: UnbrokenTransport
    address: str

    async def __call__(self, body: bytes = b"?") -> bytes:
        async with self.http.stream("POST", self.address, content=body) as response:
            return await response.aread()


@asynccontextmanager
async def calling(meet: Meeting, *, to_the_end: bool, at_once: int = 1) -> AsyncIterator[Call]:
    async with meeting(meet) as address:
        transport = UnbrokenTransport(False, at_once, to_the_end=to_the_end)
        http = Client(transport, httpx.Timeout(5.0, read=0.5))

        try:
            yield Call(http, transport, address)
        finally:
            await http.aclose()


async def length(reader: asyncio.StreamReader) -> int:
    """Of the body that comes, its headers read."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    return int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)


@both
async def test_what_was_sent_in_part_is_not_gone_on_with_by_the_next_call(to_the_end: bool) -> None:
    bodies = []

    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            size = await length(reader)
            if size == len(LARGE):
                writer.write(OK)  # of what has not come yet
                await asyncio.sleep(0.1)
                writer.write(b"no")
            bodies.append(set(await reader.readexactly(size)))
            writer.write(OK + b"ok" if size < len(LARGE) else b"")

    async with calling(hasty, to_the_end=to_the_end) as call:
        assert await call(LARGE) == b"no"
        assert await call(b"?") == b"ok"
    assert bodies[-1] == {ord("?")}


@both
async def test_what_nobody_asked_for_is_not_the_next_calls_answer(to_the_end: bool) -> None:
    told = asyncio.Event()

    async def talkative(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await reader.readexactly(await length(reader))
            writer.write(OK + b"ok")
            await asyncio.sleep(0.05)
            writer.write(OK + b"no")
            told.set()

    async with calling(talkative, to_the_end=to_the_end) as call:
        for _ in range(3):
            told.clear()
            assert await call() == b"ok"
            await told.wait()
            await asyncio.sleep(0.05)


@both
@pytest.mark.parametrize("early", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"])
async def test_an_answer_before_the_answer_does_not_end_the_deadline(early: bytes, to_the_end: bool) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(await length(reader))
        writer.write(early)
        await reader.read()

    async with calling(silent, to_the_end=to_the_end) as call, asyncio.timeout(10):
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout):
                await call()


async def test_an_answer_without_end_is_not_read_to_its_end_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.http.answer._LARGEST", 1_000_000)

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(await length(reader))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(LARGE[:100_000])
            await writer.drain()

    async with calling(endless, to_the_end=True) as call, asyncio.timeout(10):
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                await call()


async def test_an_answer_that_somebody_forgets_gives_its_place_back() -> None:
    async def well(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await reader.readexactly(await length(reader))
            writer.write(OK + b"ok")

    async with calling(well, to_the_end=False) as call:
        for _ in range(3):
            await forgotten(call.transport, call.address)
            await asyncio.sleep(0)  # after which the loop has forgotten it too
            gc.collect()
        assert await call() == b"ok"


async def forgotten(transport: UnbrokenTransport, address: str) -> None:
    deadlines = {"timeout": httpx.Timeout(5.0, pool=0.5).as_dict()}
    response = await transport.handle_async_request(httpx.Request("GET", address, extensions=deadlines))
    assert response.status_code == 200
    async for _ in response.stream:  # type: ignore[union-attr]
        pass
