"""A server whose side of every connection a test plays by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from tests.waiting import until

__all__ = ["Meeting", "meeting"]

Meeting = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


@asynccontextmanager
async def meeting(meet: Meeting) -> AsyncIterator[str]:
    """Its address; leaving it waits until every connection has ended."""
    under_way = set[asyncio.StreamWriter]()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await meet(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        under_way.discard(writer)

    async with await asyncio.start_server(met, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await until(lambda: not under_way, 5.0)
