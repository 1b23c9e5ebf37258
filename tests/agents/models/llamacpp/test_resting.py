"""What nobody uses for a while is let go, and not before."""

from __future__ import annotations

import asyncio

import psutil
import pytest

from agents.models.llamacpp.llm import LlamaCpp
from agents.models.llamacpp.resting import Resting
from agents.models.making import Making
from tests.agents.models.llamacpp.models import folder, pid, reference
from tests.waiting import until


async def test_what_is_in_use_is_not_let_go():
    left = asyncio.Event()

    async def leave() -> None:
        left.set()

    resting = Resting(0.0, leave)
    with resting.used():
        with resting.used():
            pass
        await asyncio.sleep(0.01)
        assert not left.is_set()
    async with asyncio.timeout(5):
        await left.wait()


async def test_without_a_time_it_stays():
    async def leave() -> None:
        raise AssertionError("it was to stay")

    with Resting(None, leave).used():
        pass
    await asyncio.sleep(0.01)


@pytest.mark.embedded
async def test_model_that_nobody_asks_leaves_memory_and_comes_back_when_asked():
    model = LlamaCpp(Making(reference(), folder, idle=0.3))
    assert (await model.chat.ainvoke("Hello", max_tokens=2)).text
    first = pid(model)
    await until(lambda: not psutil.pid_exists(first), within=10)
    assert (await model.chat.ainvoke("Hello", max_tokens=2)).text
    assert pid(model) != first
    await model.stop()
