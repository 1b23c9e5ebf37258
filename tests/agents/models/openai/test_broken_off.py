"""Questions that nobody waits for any more leave the wire as it was, and end the answer at the host."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from langchain_core.messages import HumanMessage

from agents.models.openai import wire
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.wire import Wire
from tests.agents.models.openai.makings import making
from tests.slow_host import SlowHost, break_off
from tests.waiting import until

CONNECTIONS = 4
TIMES = 60


@pytest.fixture(autouse=True)
def few_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_CONNECTIONS", CONNECTIONS)


async def streamed(one: Wire) -> int:
    return sum([len(some) async for some in one.stream("/completions", {})])


async def posted(one: Wire) -> int:
    by = asyncio.get_running_loop().time() + 5.0
    return await one.post("/embeddings", lambda told: len(told["data"]), until=by, order={})


@pytest.mark.parametrize("ask", [streamed, posted])
async def test_cancelled_questions_do_not_use_the_wire_up(ask: Callable[[Wire], Awaitable[int]]) -> None:
    async with SlowHost({"data": [1, 2, 3, 4]}) as host:
        one = Wire("openai:stub", host.address)
        await break_off(lambda: ask(one), CONNECTIONS * 2, TIMES)
        await host.gather(CONNECTIONS)
        async with asyncio.timeout(5.0):
            answers = await asyncio.gather(*(ask(one) for _ in range(CONNECTIONS)))
        await one.close()
    assert answers == [4] * CONNECTIONS


async def test_a_cancelled_answer_is_ended_at_its_host() -> None:
    async with SlowHost(events=None) as host:
        llm = OpenAIChat.made(making(f"openai:{host.address}/v1#stub"))
        answering = asyncio.create_task(llm.chat.ainvoke([HumanMessage("Tell me everything.")]))
        await until(lambda: host.serving == 1, 5.0)
        answering.cancel()
        await until(lambda: host.serving == 0, 5.0)
        await llm.stop()
    assert answering.cancelled()


async def test_an_answer_that_is_read_no_further_is_ended_at_its_host() -> None:
    async with SlowHost(events=None) as host:
        llm = OpenAIChat.made(making(f"openai:{host.address}/v1#stub"))
        arriving = llm.chat.astream([HumanMessage("Tell me everything.")])
        piece = await anext(arriving)
        await arriving.aclose()  # type: ignore[attr-defined]
        await until(lambda: host.serving == 0, 5.0)
        await llm.stop()
    assert piece.content
