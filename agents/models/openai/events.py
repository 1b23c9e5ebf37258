"""Server-sent events, read as far as hosts of OpenAI's API send them: JSON after ``data:``, a line each.

https://html.spec.whatwg.org/multipage/server-sent-events.html tells how a stream is divided.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import httpx

__all__ = ["events"]

_LONGEST_LINE = 1 << 20  # bytes of one event
_LONGEST_STREAM = 8 << 20  # bytes, however few tokens were asked for
_BYTES_A_TOKEN = 4 << 10  # 350 in an event of its own, and 3,000 where llama.cpp is asked how sure it was
_DATA, _DONE = b"data:", b"[DONE]"
_END_WITHIN = 1.0  # seconds a stream may stay open after the last event


async def events(pieces: AsyncIterator[bytes], tokens: int = 0) -> AsyncGenerator[list[dict[str, Any]], None]:
    """The events of each of the pieces, up to the one that says it is done. Raises ValueError.

    ``tokens``: the most that were asked for; the more, the longer the stream may be.
    """
    rest, total = b"", 0
    longest = max(_LONGEST_STREAM, tokens * _BYTES_A_TOKEN)
    async with aclosing(pieces) as arriving:  # type: ignore[type-var]
        async for piece in arriving:
            total += len(piece)
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > _LONGEST_LINE or total > longest:
                raise ValueError("a stream without end")
            told = [line[len(_DATA) :].strip() for line in lines if line.startswith(_DATA)]
            done = _DONE in told
            if some := [json.loads(data) for data in told[: told.index(_DONE) if done else None]]:
                yield some
            if done:
                await _rest(arriving)
                return
    raise ValueError("a stream that breaks off")


async def _rest(pieces: AsyncIterator[bytes]) -> None:
    """Read on to the end: only then the connection serves again. One that is lost takes nothing of the answer along."""
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_END_WITHIN):
            async for _ in pieces:
                pass
