"""Streams and calls that are counted: their first token, their tokens, how long they took and how they failed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

from agents.errors import ModelCrashed, ModelRefused
from agents.models.metering import metered, metering
from agents.models.metrics import Metrics

MODEL = "test:model"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"parley_model_{name}", {"model": MODEL, "device": "cpu", **labels})


async def stream(*texts: str, error: Exception | None = None) -> AsyncGenerator[ChatGenerationChunk, None]:
    for text in texts:
        yield ChatGenerationChunk(message=AIMessageChunk(content=text))
    if error:
        raise error
    usage = UsageMetadata(input_tokens=7, output_tokens=3, total_tokens=10, input_token_details={"cache_read": 5})
    yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))


async def read(metrics: Metrics, chunks: AsyncGenerator[ChatGenerationChunk, None]) -> str:
    return "".join([chunk.text async for chunk in metered(chunks, metrics.of(MODEL), lambda: "cpu")])


async def test_a_whole_answer_counts_its_first_token_its_tokens_and_its_run(metrics: Metrics) -> None:
    assert await read(metrics, stream("", "Hel", "lo")) == "Hello"
    assert value(metrics, "first_token_seconds_count") == 1
    assert value(metrics, "tokens_total", kind="prompt") == 7
    assert value(metrics, "tokens_total", kind="reply") == 3
    assert value(metrics, "cached_tokens_total") == 5
    assert value(metrics, "run_seconds_count") == 1
    assert value(metrics, "batch_items_sum") == 1


async def test_an_answer_that_breaks_off_is_an_error_and_no_run(metrics: Metrics) -> None:
    with pytest.raises(ModelCrashed):
        await read(metrics, stream("Hel", error=ModelCrashed(MODEL)))
    assert value(metrics, "errors_total", code="model-crashed") == 1
    assert value(metrics, "first_token_seconds_count") == 1
    assert value(metrics, "run_seconds_count") is None


async def test_an_answer_that_never_begins_has_no_first_token(metrics: Metrics) -> None:
    with pytest.raises(ModelRefused):
        await read(metrics, stream("", error=ModelRefused(MODEL)))
    assert value(metrics, "first_token_seconds_count") is None


async def test_who_leaves_in_the_middle_ends_the_stream_and_the_model_has_run(metrics: Metrics) -> None:
    chunks = stream("Hel", "lo")
    async with aclosing(metered(chunks, metrics.of(MODEL), lambda: "cpu")) as counted:
        assert (await anext(counted)).text == "Hel"
    assert await anext(chunks, None) is None
    assert value(metrics, "run_seconds_count") == 1
    assert value(metrics, "tokens_total", kind="reply") is None


def test_one_call_counts_its_items(metrics: Metrics) -> None:
    with metering(metrics.of(MODEL), lambda: "cpu", items=4):
        pass
    assert value(metrics, "batch_items_sum") == 4
    assert value(metrics, "run_seconds_count") == 1
