"""What nobody uses for a while is let go, and not before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psutil
import pytest

from agents.errors import ModelUnavailable
from agents.models.llamacpp.embedding import LlamaCppEmbedder
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.llamacpp.resting import Resting
from agents.models.llamacpp.tokens import TokenCounter
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


@pytest.mark.parametrize(("after", "leaves"), [(None, False), (0.0, True)])
async def test_without_a_time_it_stays(after: float | None, leaves: bool):
    left = False

    async def leave() -> None:
        nonlocal left
        left = True

    with Resting(after, leave).used():
        pass
    await asyncio.sleep(0.01)
    assert left is leaves


@pytest.mark.embedded
async def test_model_that_nobody_asks_leaves_memory_and_comes_back_when_asked():
    model = LlamaCpp(Making(reference(), folder, idle=0.3))
    assert (await model.chat.ainvoke("Hello", max_tokens=2)).text
    first = pid(model)
    await until(lambda: not psutil.pid_exists(first), within=10)
    assert (await model.chat.ainvoke("Hello", max_tokens=2)).text
    assert pid(model) != first
    await model.stop()


@pytest.mark.embedded
async def test_one_that_embeds_leaves_memory_though_nobody_ever_asked():
    model = LlamaCppEmbedder(
        Making(reference(pooling="mean", context="512", prompt="256", reply="8"), folder, idle=0.3)
    )
    await model.load()
    child = model._engine._supervisor.current
    assert child is not None
    await until(lambda: not child.running, within=10)
    await model.stop()


async def test_a_child_is_in_use_from_before_it_is_there_while_tokens_are_counted():
    engine, seen = Watching(), list[bool]()
    engine.connected = lambda: seen.append(engine.watches)
    with pytest.raises(ModelUnavailable):
        await TokenCounter(engine).count(["hello"])
    assert seen == [True]


class Watching:
    """An engine that cannot be had, and knows whether it was being watched when it was asked for."""

    reference = "llamacpp:x"
    watches = False
    connected: Callable[[], None]

    @asynccontextmanager
    async def watched(self, late: str) -> AsyncIterator[None]:
        self.watches = True
        yield

    async def connect(self) -> None:
        self.connected()
        raise ModelUnavailable(self.reference)
