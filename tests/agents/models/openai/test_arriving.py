"""What came together is one piece, in its order, and nobody goes on reading for a reader who has left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from agents.models.openai.arriving import together

ENOUGH = 1000  # bytes


class Host:
    """Sends bursts of chunks, each when it is told to; ``left`` tells whether nobody reads from it any more."""

    def __init__(self, *bursts: list[bytes], error: Exception | None = None) -> None:
        self.bursts = bursts
        self.error = error
        self.go = asyncio.Semaphore(0)
        self.left = False

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            for burst in self.bursts:
                await self.go.acquire()
                for chunk in burst:
                    yield chunk
            if self.error is not None:
                raise self.error
        finally:
            self.left = True


async def test_chunks_that_are_there_at_once_are_one_piece() -> None:
    host = Host([b"one ", b"two ", b"three"], [b" and", b" four"])
    pieces = []
    host.go.release()
    async with aclosing(together(host.chunks(), ENOUGH)) as arriving:
        async for piece in arriving:
            pieces.append(piece)
            host.go.release()
    assert pieces == [b"one two three", b" and four"]


async def test_what_came_before_a_failure_is_handed_on_before_it() -> None:
    host = Host([b"one ", b"two"], error=ConnectionResetError())
    host.go.release()
    arriving = together(host.chunks(), ENOUGH)
    assert await anext(arriving) == b"one two"
    with pytest.raises(ConnectionResetError):
        await anext(arriving)


async def test_a_stream_without_end_is_refused() -> None:
    host = Host([bytes(ENOUGH)], [b"."])
    host.go.release()
    arriving = together(host.chunks(), ENOUGH)
    assert await anext(arriving) == bytes(ENOUGH)
    host.go.release()
    with pytest.raises(ValueError, match="without end"):
        await anext(arriving)


async def test_who_leaves_early_ends_the_reading() -> None:
    host = Host([b"one"], [b"never sent"])
    host.go.release()
    async with aclosing(together(host.chunks(), ENOUGH)) as arriving:
        assert await anext(arriving) == b"one"
    assert host.left
