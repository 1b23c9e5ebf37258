"""Items that wait for one model go together, and none of them suffers for another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from agents.errors import ModelCrashed
from agents.values import Finding
from tests.agents.models.held_engine import Engine
from tests.metered import counted


async def test_items_that_wait_go_together_and_each_caller_gets_its_own(hosted, engine):
    host = hosted(engine, together=4)
    await host.load()
    engine.gate.clear()
    first = asyncio.create_task(host.perceive("first"))
    await engine.busy()
    others = [asyncio.create_task(host.perceive(name)) for name in "abcdef"]
    await asyncio.sleep(0)
    engine.gate.set()
    assert [found[0].text for found in await asyncio.gather(first, *others)] == ["first", *"abcdef"]
    assert counted(host.host.metrics, "run_seconds_count") == 3, "one alone, four together, the two that are left"


async def test_an_item_that_breaks_the_model_does_not_take_its_company_along(hosted, engine):
    def call(_: Engine, items: Sequence[object]) -> list[list[Finding]]:
        if "poison" in items:
            raise RuntimeError
        return [[Finding(str(item), 1.0)] for item in items]

    host = hosted(engine, call=call, together=3)
    found = await asyncio.gather(*(host.perceive(name) for name in ("a", "poison", "b")), return_exceptions=True)
    assert isinstance(found[1], ModelCrashed)
    assert [found[0][0].text, found[2][0].text] == ["a", "b"]


async def test_a_batch_that_fails_is_not_tried_again_for_those_who_have_gone(hosted, engine):
    tried: list[tuple[object, ...]] = []

    def call(port: Engine, items: Sequence[object]) -> list[list[Finding]]:
        port.call(items)
        tried.append(tuple(items))
        raise RuntimeError

    host = hosted(engine, call=call, together=3)
    await host.load()
    engine.gate.clear()
    calls = [asyncio.create_task(host.perceive(name)) for name in "abc"]
    await engine.busy()
    for task in calls:
        task.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    engine.gate.set()
    with pytest.raises(ModelCrashed):
        await host.perceive("d")
    assert tried == [("a", "b", "c"), ("d",)]
