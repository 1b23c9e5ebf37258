"""Chats on one model in this process: at once, in turn where there are more than slots, and with captions between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from PIL import Image

from agents.errors import ModelBusy
from agents.models.caller import CALLER
from agents.models.hosted import HostedSense
from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.models.transformers import chat, writer
from agents.models.transformers.llm import TransformersLLM, VisionLLM
from agents.models.transformers.vlm import VisionLanguageModel
from tests.metered import counted
from tests.tiny.kept import text_model, vision_model
from tests.waiting import until

LONG = 60  # tokens


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_TOKENS", 4)


@asynccontextmanager
async def model(slots: int) -> AsyncIterator[TransformersLLM]:
    llm = TransformersLLM(Making(ModelReference.parse(f"transformers:tiny?slots={slots}&temperature=0"), text_model))
    await llm.start()
    try:
        yield llm
    finally:
        await llm.stop()


async def said(llm: TransformersLLM, name: str, order: list[str], tokens: int = LONG) -> str:
    """The whole answer; every piece of it leaves the chat's name in ``order``."""
    CALLER.set(name)
    text = ""
    async for chunk in llm.chat.astream(f"I am {name}.", max_tokens=tokens):
        order.append(name)
        text += chunk.text
    return text


async def test_chats_are_answered_at_once_as_they_would_be_alone() -> None:
    async with model(3) as llm:
        order: list[str] = []
        alone = [await said(llm, name, []) for name in ("ada", "bob", "eve")]
        together = await asyncio.gather(*(said(llm, name, order) for name in ("ada", "bob", "eve")))
        assert together == alone
        assert set(order[: LONG // 2]) == {"ada", "bob", "eve"}


async def test_more_chats_than_slots_have_to_wait() -> None:
    async with model(1) as llm:
        order: list[str] = []
        await asyncio.gather(said(llm, "ada", order, 40), said(llm, "bob", order, 40))
        assert order == sorted(order)


async def test_a_caption_does_not_wait_for_an_answer() -> None:
    order: list[str] = []
    making = Making(ModelReference.parse("vlm:tiny?brief=4&temperature=0&reply=3000"), vision_model)
    llm = VisionLLM(making)
    captioner: HostedSense[Any, Any] = HostedSense(
        VisionLanguageModel.declare(making.reference),
        making.host(VisionLanguageModel),
        VisionLanguageModel.caption,
        deadline=60,
    )
    await captioner.load()
    answer = asyncio.create_task(said(llm, "ada", order, 2000))
    await until(lambda: bool(order), 30)
    assert await captioner.perceive(Image.new("RGB", (50, 50), "blue"))
    assert not answer.done()
    answer.cancel()
    await asyncio.gather(answer, return_exceptions=True)
    await llm.stop()


async def test_an_answer_that_has_begun_is_not_given_up_for_those_who_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async with model(2) as llm:
        alone = await said(llm, "ada", [])
        asked, calls = llm._host.call, 0

        async def full(*given: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls in (2, 3, 6):
                raise ModelBusy("tiny", "256 calls are waiting", 1.0)
            return await asked(*given)

        monkeypatch.setattr(llm._host, "call", full)
        assert await said(llm, "ada", []) == alone
        assert calls > 6
        calls = 1
        with pytest.raises(ModelBusy):
            await said(llm, "bob", [])


async def test_an_answer_counts_once_with_its_wait_for_a_place_and_so_does_a_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chat, "_WAITING", 1)
    async with model(1) as llm:
        metrics = llm._host.metrics
        names = ("run_seconds_count", "queue_seconds_count", "batch_items_sum", "errors_total")
        before = [counted(metrics, name) for name in names]
        told = await asyncio.gather(*(said(llm, name, []) for name in ("ada", "bob", "eve")), return_exceptions=True)
        assert [type(one) for one in told] == [str, str, ModelBusy]
        assert [counted(metrics, name) for name in names] == [a + b for a, b in zip(before, (2, 2, 2, 1), strict=True)]
        assert counted(metrics, "errors_total", code="model-busy") == 1


async def test_first_tokens_and_tokens_are_counted() -> None:
    async with model(2) as llm:
        before = counted(llm._host.metrics, "first_token_seconds_count")
        written = counted(llm._host.metrics, "tokens_total", kind="reply")
        await asyncio.gather(said(llm, "ada", [], 20), said(llm, "ada", [], 20))
        assert counted(llm._host.metrics, "first_token_seconds_count") == before + 2
        assert counted(llm._host.metrics, "tokens_total", kind="reply") == written + 40
        await said(llm, "ada", [], 20)
        assert counted(llm._host.metrics, "cached_tokens_total") > 0
