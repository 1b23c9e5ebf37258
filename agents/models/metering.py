"""Counting what no Host counts by its calls: a stream of an answer, or one call of a model elsewhere."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING

from agents.errors import ParleyError

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata
    from langchain_core.outputs import ChatGenerationChunk

    from agents.models.metrics import Meter

__all__ = ["metered", "metering"]


def _nowhere() -> str:
    return ""


async def metered(
    chunks: AsyncGenerator[ChatGenerationChunk, None],
    meter: Meter,
    where: Callable[[], str] = _nowhere,
) -> AsyncGenerator[ChatGenerationChunk, None]:
    """The same chunks, with their first token, the tokens of their ``usage_metadata``, run and failure counted.

    ``where`` is asked at the end for the device. The clock starts with the first ``anext``, so wrap what includes
    waiting for a place.
    """
    started, first = time.perf_counter(), True
    with metering(meter, where):
        async with aclosing(chunks):
            async for chunk in chunks:
                if first and _says(chunk):
                    first = False
                    meter.began(where(), time.perf_counter() - started)
                if usage := getattr(chunk.message, "usage_metadata", None):
                    _count(usage, meter, where())
                yield chunk


@contextmanager
def metering(meter: Meter, where: Callable[[], str] = _nowhere, *, items: int = 1) -> Iterator[None]:
    """Count what happens inside as one call of the model: how long it took, or the code of the error it raises.

    A caller who leaves in the middle counts as an end: the model was at work for him.
    """
    started, failed = time.perf_counter(), False
    try:
        yield
    except ParleyError as error:
        failed = True
        meter.failed(where(), error.code)
        raise
    finally:
        if not failed:
            meter.ran(where(), items, time.perf_counter() - started)


def _says(chunk: ChatGenerationChunk) -> bool:
    return bool(chunk.text or getattr(chunk.message, "tool_call_chunks", None))


def _count(usage: UsageMetadata, meter: Meter, device: str) -> None:
    cached = usage.get("input_token_details", {}).get("cache_read", 0)
    meter.wrote(device, usage["input_tokens"], usage["output_tokens"], cached)
