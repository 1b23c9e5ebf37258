"""Whatever is raised around the model's work, callers are answered and the model's thread serves the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from agents.errors import ModelCrashed
from agents.models.host import Host
from agents.models.job import Job
from agents.models.ladder import Rung
from agents.models.metrics import Meter
from tests.waiting import until

WITHIN = 10  # seconds; without an answer a caller would wait for ever


def work(_: object, items: Any) -> Any:
    if "bad" in items:
        raise RuntimeError("an engine")
    if "large" in items:
        raise MemoryError
    return items


JOB: Job[object] = Job(work, 4)


def host(**options: Any) -> Host[object]:
    return Host("m", [Rung(object, "cuda:0"), Rung(object, "cpu")], **options)


@pytest.fixture
def closed_log() -> Iterator[list[str]]:
    """A log that raises as one into a closed pipe does, and whom it was told of."""
    events: list[str] = []

    def broken(_: object, __: str, event: Any) -> Any:
        events.append(event["event"])
        raise BrokenPipeError

    structlog.configure(processors=[broken])
    yield events
    structlog.reset_defaults()


async def asked(model: Host[object], item: str) -> Any:
    async with asyncio.timeout(WITHIN):
        return await model.call(JOB, item)


async def test_collecting_that_raises_while_it_steps_down_is_a_crash_of_those_calls() -> None:
    def collect() -> None:
        raise MemoryError

    model = host(collect=collect)
    with pytest.raises(ModelCrashed, match="MemoryError"):
        await asked(model, "large")
    assert await asked(model, "good") == "good"
    model.close()


async def test_collecting_that_raises_while_it_idles_keeps_the_model_answering() -> None:
    collected: list[int] = []

    def collect() -> None:
        collected.append(1)
        raise OSError

    model = host(collect=collect, idle=0.01)
    assert await asked(model, "one") == "one"
    await until(lambda: bool(collected), WITHIN)
    assert await asked(model, "two") == "two"
    model.close()


async def test_a_log_that_raises_takes_no_call_along(closed_log: list[str]) -> None:
    model = host()
    for _ in range(2):
        with pytest.raises(ModelCrashed):
            await asked(model, "bad")
    assert "model.crashed" in closed_log
    assert await asked(model, "good") == "good"
    async with asyncio.timeout(WITHIN):
        await model.load()
    model.close()


@pytest.mark.parametrize("counter", ["waited", "ran", "came", "failed"])
async def test_a_meter_that_raises_takes_no_call_along(monkeypatch: pytest.MonkeyPatch, counter: str) -> None:
    def raising(*_: object) -> None:
        raise ValueError

    model = host()
    with monkeypatch.context() as patch:
        patch.setattr(Meter, counter, raising)
        with pytest.raises(ModelCrashed):
            await asked(model, "bad")
    assert await asked(model, "good") == "good"
    model.close()


async def test_a_thread_that_the_system_refused_is_started_by_the_next_call(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: object) -> None:
        raise RuntimeError("can't start new thread")

    model = host()
    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", refused)
        with pytest.raises(RuntimeError):
            await asked(model, "one")
    assert await asked(model, "two") == "two"
    model.close()
