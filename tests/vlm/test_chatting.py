"""The same loaded model of every family as a language model: streams with pictures, ends early, counts, shares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
import pytest_asyncio
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from PIL import Image

from agents.errors import ModelRefused
from agents.models.hosted import HostedSense
from agents.models.making import Making
from agents.models.picture_urls import picture_url
from agents.models.transformers.llm import VisionLLM
from agents.models.transformers.vlm import VisionLanguageModel
from agents.ports import Question
from tests.metered import counted

pytestmark = pytest.mark.asyncio(loop_scope="module")

RED = Image.new("RGB", (64, 48), "red")
NOISE = Image.effect_noise((200, 90), 80).convert("RGB")


def about(*pictures: Image.Image, text: str = "What is it?") -> list[Any]:
    shown = [{"type": "image_url", "image_url": {"url": picture_url(picture, 512)}} for picture in pictures]
    return [
        SystemMessage("Be brief."),
        HumanMessage("Hello"),
        AIMessage("Hi."),
        HumanMessage([*shown, {"type": "text", "text": text}]),
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def llm(making: Making) -> AsyncIterator[VisionLLM]:
    made = VisionLLM(making)
    await made.start([SystemMessage("Be brief.")])
    yield made
    await made.stop()


async def test_an_answer_about_a_picture_streams(llm: VisionLLM):
    chunks = [chunk async for chunk in llm.chat.astream(about(NOISE), max_tokens=12)]
    assert sum(bool(chunk.text) for chunk in chunks) > 2
    whole = await llm.chat.ainvoke(about(NOISE), max_tokens=12)
    assert whole.text == "".join(chunk.text for chunk in chunks)
    usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert len(usage) == 1 and usage[0]["output_tokens"] <= 12


async def test_pictures_take_tokens_and_make_a_difference(llm: VisionLLM):
    answers = [await llm.chat.ainvoke(about(*some), max_tokens=12) for some in ((), (RED,), (NOISE,), (RED, NOISE))]
    assert len({answer.text for answer in answers}) == 4
    taken = [answer.usage_metadata["input_tokens"] for answer in answers if answer.usage_metadata]
    assert all(taken[0] < some for some in taken[1:])  # two may take fewer than one: some families shrink them then


async def test_two_who_ask_at_once_get_their_own_answers(llm: VisionLLM):
    import asyncio

    alone = [(await llm.chat.ainvoke(about(one), max_tokens=8)).text for one in (RED, NOISE)]
    both = await asyncio.gather(*(llm.chat.ainvoke(about(one), max_tokens=8) for one in (RED, NOISE)))
    assert [answer.text for answer in both] == alone


async def test_a_reader_who_leaves_sets_the_model_free(llm: VisionLLM, making: Making):
    async with aclosing(llm.chat.astream(about(RED), max_tokens=3000)) as chunks:
        async for _ in chunks:
            break
    assert (await llm.chat.ainvoke(about(RED), max_tokens=2)).text


async def test_tokens_are_counted_as_the_model_reads_them(llm: VisionLLM):
    assert await llm.count_tokens(["", "abc", "你"]) == [0, 3, 3]
    longer, shorter = [
        (await llm.chat.ainvoke(about(RED, text=text), max_tokens=1)).usage_metadata for text in ("a" * 50, "a" * 20)
    ]
    assert longer and shorter and longer["input_tokens"] - shorter["input_tokens"] == 30


async def test_what_does_not_fit_is_refused(llm: VisionLLM):
    with pytest.raises(ModelRefused):
        await llm.chat.ainvoke(about(RED, text="word " * 1000), max_tokens=2)


async def test_a_picture_elsewhere_is_not_fetched(llm: VisionLLM):
    message = HumanMessage([{"type": "image_url", "image_url": {"url": "http://127.0.0.1:1/x.png"}}])
    with pytest.raises(ModelRefused):
        await llm.chat.ainvoke([message], max_tokens=2)


async def test_captions_and_answers_come_from_the_model_that_chats(llm: VisionLLM, making: Making):
    card = VisionLanguageModel.declare(making.reference)
    host = making.host(VisionLanguageModel)
    captioner: HostedSense[Any, Any] = HostedSense(card, host, VisionLanguageModel.caption, deadline=60)
    asked: HostedSense[Any, Any] = HostedSense(card, host, VisionLanguageModel.answer, deadline=60)
    calls = counted(making.metrics, "run_seconds_count")
    assert await captioner.perceive(RED) and await asked.perceive(Question(RED, "what?"))
    assert counted(making.metrics, "run_seconds_count") == calls + 2
    assert llm._host is host
