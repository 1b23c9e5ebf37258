"""A prompt for a language model made of several: cut, formed and counted for whoever is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agents.errors import (
    ModelCrashed,
    ModelUnavailable,
)
from agents.models.scripted import ScriptedLLM
from agents.ports import LanguageModelCard
from tests.agents.models.alternatives import ASKED, WHOLE, local, of
from tests.agents.models.test_breaker import Clock


async def test_a_prompt_made_for_a_large_window_is_cut_to_a_small_one_oldest_first() -> None:
    small = local("b", prompt_budget=60, context_window=400)
    both = of(local("a", ModelCrashed("scripted:a"), prompt_budget=3000), small)
    old = [HumanMessage("word " * 20), AIMessage("word " * 20)]
    late = [HumanMessage("I am Ada."), AIMessage("Hello Ada.")]
    await both.chat.ainvoke([SystemMessage("Be brief."), *old, *late, HumanMessage("Who am I?")])
    assert [message.text for message in small.prompts[-1]] == ["Be brief.", "I am Ada.", "Hello Ada.", "Who am I?"]
    with pytest.raises(ModelCrashed):
        await both.chat.ainvoke([SystemMessage("Be brief."), HumanMessage("word " * 500)])
    assert len(small.prompts) == 1


async def test_a_prompt_takes_the_form_that_its_model_copes_with() -> None:
    blind = local("b", fixed_system="You are a helpful assistant.")
    both = of(local("a", ModelCrashed("scripted:a"), images=True), blind)
    picture = {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,AAAA"}}
    shown = HumanMessage(content=[{"type": "text", "text": "What is it?"}, picture])
    await both.chat.ainvoke([SystemMessage("Be brief."), HumanMessage("Hi"), AIMessage("Hello."), shown])
    told = blind.prompts[-1]
    assert [message.text for message in told] == [
        "You are a helpful assistant.",
        "Be brief.\n\nHi",
        "Hello.",
        "What is it?",
    ]
    assert isinstance(told[-1].content, str)


async def test_pictures_stay_where_the_next_one_takes_them_and_count_when_its_window_is_smaller() -> None:
    seeing = local("b", images=True, fixed_system="You are a helpful assistant.", prompt_budget=1600)
    both = of(local("a", ModelCrashed("scripted:a"), images=True, audio=True, prompt_budget=3000), seeing)
    picture = {"type": "image_url", "image_url": {"url": "data:image/jpeg;base64,AAAA"}}
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    shown = HumanMessage(content=[{"type": "text", "text": "What is it?"}, picture, sound])
    old = [HumanMessage("word " * 200), AIMessage("Hello.")]
    await both.chat.ainvoke([SystemMessage("Be brief."), *old, shown])
    system, told = seeing.prompts[-1]
    assert system.text == "You are a helpful assistant."
    assert told.content == [{"type": "text", "text": "Be brief.\n\n"}, {"type": "text", "text": "What is it?"}, picture]


class Counting(ScriptedLLM):
    """Its tokens are counted when a test says so."""

    counted = asyncio.Event()
    counts = 0

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        self.counts += 1
        await self.counted.wait()
        return await super().count_tokens(texts)


def slow_to_count(*replies: Any) -> Counting:
    card = LanguageModelCard("scripted:a", context_window=400, prompt_budget=60, reply_budget=20)
    counting = Counting.of(replies, card=card)
    counting.counted = asyncio.Event()
    return counting


async def test_while_one_finds_out_whether_a_prompt_fits_no_crowd_follows() -> None:
    clock = Clock()
    first = slow_to_count(ModelUnavailable("scripted:a"), "I am back.")
    first.counted.set()
    both = of(first, local(), clock=clock)
    assert (await both.chat.ainvoke(ASKED)).text == WHOLE
    clock.now += 6
    first.counted.clear()
    probe = asyncio.create_task(both.chat.ainvoke(ASKED))
    await asyncio.sleep(0.01)
    answers = await asyncio.gather(*(both.chat.ainvoke(ASKED) for _ in range(5)))
    assert {answer.text for answer in answers} == {WHOLE}
    assert first.counts == 2
    first.counted.set()
    assert (await probe).text == "I am back."


async def test_one_that_counts_for_ever_leaves_the_next_its_time() -> None:
    async with asyncio.timeout(30):
        assert (await of(slow_to_count("Never."), local(), deadline=0.5).chat.ainvoke(ASKED)).text == WHOLE


async def test_a_prompt_that_does_not_fit_says_nothing_of_the_model() -> None:
    clock = Clock()
    first = slow_to_count(ModelUnavailable("scripted:a"), "I am back.")
    first.counted.set()
    both = of(first, local(), clock=clock)
    await both.chat.ainvoke(ASKED)
    clock.now += 6
    assert (await both.chat.ainvoke([HumanMessage("word " * 500)])).text == WHOLE
    assert not _closed(both)
    assert (await both.chat.ainvoke(ASKED)).text == "I am back."
    assert _closed(both)


def _closed(llm: Any) -> bool:
    return bool(llm.alternatives.next.breaker.until == float("-inf"))
