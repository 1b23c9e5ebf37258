"""What every language model keeps to: llama.cpp and transformers with small ones, a host elsewhere, a scripted one,
and several of which the first is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage

from agents.errors import ModelUnavailable
from agents.models.fallback import either
from agents.models.fallback_llm import FallbackLLM
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.making import Making
from agents.models.metrics import Metrics
from agents.models.openai.llm import OpenAIChat
from agents.models.reference import ModelReference
from agents.models.scripted import ScriptedLLM
from agents.models.transformers.llm import TransformersLLM, VisionLLM
from agents.ports import LanguageModel
from tests.agents.models.llamacpp.models import small
from tests.agents.models.openai.makings import making
from tests.bench.stub_llm import StubLLM
from tests.tiny.kept import text_model, vision_model

Model = FallbackLLM | LlamaCpp | OpenAIChat | ScriptedLLM | TransformersLLM

pytestmark = pytest.mark.asyncio(loop_scope="module")

SYSTEM = SystemMessage("You are a helpful assistant.")
PROMPT = [SYSTEM, HumanMessage("Tell me about a dog that lives in a town by the sea.")]


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[
        "scripted",
        "openai",
        "fallback",
        "transformers",
        "vlm",
        pytest.param("llamacpp", marks=pytest.mark.embedded),
    ],
)
async def model(request: pytest.FixtureRequest) -> AsyncIterator[Model]:
    async with StubLLM(seconds=0.1, paced=True) as stub:
        made = _made(request.param, stub)
        await made.start([SYSTEM])
        yield made
        await made.stop()


def _made(kind: str, stub: StubLLM) -> Model:
    if kind == "transformers":
        return TransformersLLM.made(Making(ModelReference.parse("transformers:tiny?context=2048"), text_model))
    if kind == "vlm":
        return VisionLLM.made(Making(ModelReference.parse("vlm:tiny?context=2048"), vision_model))
    if kind == "fallback":
        llm: FallbackLLM = either(
            "llm", [ScriptedLLM.of([ModelUnavailable("scripted:echo")]), _made("openai", stub)], Metrics()
        )
        return llm
    if kind == "openai":
        return OpenAIChat(making(stub.reference, answer_deadline=10))
    return small() if kind == "llamacpp" else ScriptedLLM.of(lambda _: "A dog lives by the sea.", seconds=0.1)


async def test_it_is_a_language_model_with_budgets_within_its_window(model: Model):
    port: LanguageModel = model
    assert isinstance(port.chat, BaseChatModel)
    assert port.chat is port.chat
    assert port.card.reference
    assert 0 < port.card.prompt_budget + port.card.reply_budget <= port.card.context_window


async def test_answer_comes_in_pieces_that_make_the_whole(model: Model):
    chunks = [chunk async for chunk in model.chat.astream(PROMPT, max_tokens=12, temperature=0)]
    assert all(isinstance(chunk, AIMessageChunk) for chunk in chunks)
    assert sum(bool(chunk.text) for chunk in chunks) > 2
    whole = await model.chat.ainvoke(PROMPT, max_tokens=12, temperature=0)
    assert isinstance(whole, AIMessage)
    assert whole.text == "".join(chunk.text for chunk in chunks)


async def test_stream_tells_once_how_many_tokens_it_took(model: Model):
    chunks = [chunk async for chunk in model.chat.astream(PROMPT, max_tokens=12)]
    usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert len(usage) == 1
    assert usage[0]["input_tokens"] > 5
    assert 0 < usage[0]["output_tokens"] <= 12


async def test_tokens_are_counted_for_each_text_in_order(model: Model):
    counts = await model.count_tokens(["one", "one two three four five six", "", "one"])
    assert counts[0] == counts[3] > 0
    assert counts[1] > counts[0]
    assert counts[2] == 0
    assert await model.count_tokens([]) == []


async def test_longer_text_never_counts_less(model: Model):
    texts = ["word " * n for n in (1, 10, 100, 1000)]
    counts = await model.count_tokens(texts)
    assert counts == sorted(counts)
    assert counts[-1] >= 900


async def test_chats_at_once_get_their_own_answers(model: Model):
    answers = await asyncio.gather(*(model.chat.ainvoke(PROMPT, max_tokens=8) for _ in range(4)))
    assert all(answer.text for answer in answers)


async def test_cancelled_answer_ends_and_the_next_is_served(model: Model):
    task = asyncio.create_task(model.chat.ainvoke(PROMPT))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await model.chat.ainvoke(PROMPT, max_tokens=2)).text


async def test_loading_again_while_loaded_does_no_harm(model: Model):
    await model.start()
    assert (await model.chat.ainvoke(PROMPT, max_tokens=2)).text
