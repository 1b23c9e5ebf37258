"""What of a body came together is one piece, in its order."""

from __future__ import annotations

import httpx
import pytest

from agents.http import UnbrokenTransport
from tests.agents.models.openai.raw_host import HEAD, RawHost

CHUNKS = [b"token %d " % number for number in range(100)]


async def test_chunks_that_are_there_at_once_are_one_piece_and_come_before_what_broke_behind_them() -> None:
    pieces = []
    async with RawHost(HEAD % b"text/plain", *CHUNKS, end="close") as host, client() as http:
        async with http.stream("GET", f"http://127.0.0.1:{host.port}") as response:
            with pytest.raises(httpx.RemoteProtocolError):
                async for piece in response.aiter_raw():
                    pieces.append(piece)
    assert pieces == [b"".join(CHUNKS)]


async def test_what_comes_later_is_not_waited_for() -> None:
    async with RawHost(HEAD % b"text/plain", *CHUNKS, end="silence") as host, client() as http:
        async with http.stream("GET", f"http://127.0.0.1:{host.port}") as response:
            assert await anext(response.aiter_raw()) == b"".join(CHUNKS)


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=UnbrokenTransport(False, 1), timeout=5.0)
