"""A stream is the same answer wherever the network cuts it, and what servers put between events is skipped."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents.models.openai.events import events

TOLD = [{"choices": [{"delta": {"content": text}}]} for text in ("角落里的", "面条", " 🙂 ", '"data: [DONE]"')]
STREAM = b"".join(b"data: " + json.dumps(one, ensure_ascii=False).encode() + b"\n\n" for one in TOLD)


async def cut(data: bytes, length: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), length):
        yield data[start : start + length]


async def read(data: bytes, length: int = 1 << 16, tokens: int = 0) -> list[Any]:
    return [one async for some in events(cut(data, length), tokens) for one in some]


@pytest.mark.parametrize("length", [1, 2, 3, 7, 50, 1000])
async def test_where_a_stream_is_cut_makes_no_difference(length: int) -> None:
    assert await read(STREAM + b"data: [DONE]\n\n", length) == TOLD


@pytest.mark.parametrize(
    "stream",
    [
        STREAM.replace(b"\n", b"\r\n") + b"data: [DONE]\r\n\r\n",
        b": keep-alive\n\n" + STREAM + b"event: end\ndata:[DONE]\n\n",
        STREAM.replace(b"data: {", b"id: 7\ndata:{") + b"data: [DONE]\n\ndata: {not read any more",
    ],
)
async def test_what_servers_put_between_events_is_skipped(stream: bytes) -> None:
    assert await read(stream, 5) == TOLD


@pytest.mark.parametrize("stream", [b"", STREAM, STREAM[:-1], STREAM + b"data: [DONE]", b"data: {\n\n"])
async def test_a_stream_that_is_not_whole_is_refused(stream: bytes) -> None:
    with pytest.raises(ValueError):
        await read(stream)


async def test_a_stream_without_end_is_refused() -> None:
    with pytest.raises(ValueError, match="without end"):
        await read(b": keep-alive\n" * 1_000_000)


PADDED = b"data: " + json.dumps({"choices": [{"delta": {"content": "x"}}], "logprobs": "y" * 3_000}).encode() + b"\n\n"


@pytest.mark.parametrize(("tokens", "longest"), [(0, 2_700), (100, 2_700), (4_000, 5_300)])
async def test_a_stream_may_be_as_long_as_the_answer_that_was_asked_for_and_no_longer(
    tokens: int, longest: int
) -> None:
    assert len(await read(PADDED * longest + b"data: [DONE]\n\n", tokens=tokens)) == longest
    with pytest.raises(ValueError, match="without end"):
        await read(PADDED * (longest + 200) + b"data: [DONE]\n\n", tokens=tokens)
