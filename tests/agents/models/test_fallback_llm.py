"""A language model made of several: the next one answers before a word was said and never after, and is named."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, SystemMessage

from agents.errors import (
    ModelBusy,
    ModelCrashed,
    ModelError,
    ModelLate,
    ModelOutOfMemory,
    ModelRefused,
    ModelUnavailable,
)
from agents.models.openai.llm import OpenAIChat
from agents.models.scripted import Broken, ScriptedLLM
from tests.agents.models.alternatives import ASKED, WHOLE, local, of
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.raw_host import HEAD, RawHost
from tests.agents.models.test_breaker import Clock

STREAM = HEAD % b"text/event-stream"
PIECE = b'data: {"choices": [{"delta": {"content": "There "}}]}\n\n'


def remote(host: RawHost) -> OpenAIChat:
    return OpenAIChat.made(making(host.reference(), answer_deadline=60))


async def streamed(
    llm: Any, messages: Sequence[BaseMessage] = ASKED
) -> tuple[list[str], str | None, ModelError | None]:
    """The pieces, who is named in them, and how it broke off."""
    pieces, named, error = list[str](), list[str](), None
    try:
        async for chunk in llm.chat.astream(messages):
            pieces.append(chunk.text)
            named += [chunk.response_metadata["answered_by"]] if "answered_by" in chunk.response_metadata else []
    except ModelError as caught:
        error = caught
    assert len(named) <= 1
    return pieces, named[0] if named else None, error


@pytest.mark.parametrize(
    "error",
    [ModelUnavailable("a"), ModelCrashed("a"), ModelOutOfMemory("a"), ModelLate("a"), ModelBusy("a", retry_after=9)],
)
async def test_before_a_word_was_said_the_next_one_answers(error: ModelError) -> None:
    pieces, named, broke = await streamed(of(local("a", error), local()))
    assert ("".join(pieces), named, broke) == (WHOLE, "scripted:b", None)


async def test_the_first_answers_while_it_can() -> None:
    second = local()
    answer = await of(local("a", "Hello."), second).chat.ainvoke(ASKED)
    assert answer.text == "Hello." and answer.response_metadata["answered_by"] == "scripted:a"
    assert second.prompts == []


async def test_after_a_word_no_other_goes_on_and_whoever_broke_off_is_left_alone() -> None:
    first, second = local("a", Broken("Half an", ModelCrashed("scripted:a")), "Never."), local()
    both = of(first, second)
    pieces, named, broke = await streamed(both)
    assert ("".join(pieces), named) == ("Half an", "scripted:a")
    assert isinstance(broke, ModelCrashed) and broke.retryable
    assert second.prompts == []
    pieces, named, _ = await streamed(both)
    assert ("".join(pieces), named) == (WHOLE, "scripted:b")


@pytest.mark.parametrize("end", ["close", "reset"])
async def test_a_host_that_breaks_off_after_some_text_is_a_crash_and_the_next_one_has_the_whole(end: Any) -> None:
    async with RawHost(STREAM, PIECE, end=end) as host:
        both = of(remote(host), local())
        pieces, _, broke = await streamed(both)
        assert "".join(pieces) == "There " and isinstance(broke, ModelCrashed)
        assert (await both.chat.ainvoke(ASKED)).text == WHOLE
        await both.stop()


async def test_a_host_that_accepts_and_never_answers_leaves_the_next_one_its_time() -> None:
    async with RawHost(end="silence") as host:
        both = of(remote(host), local(), deadline=1.0)
        async with asyncio.timeout(30):
            assert (await both.chat.ainvoke(ASKED)).text == WHOLE
        await both.stop()


async def test_one_that_says_a_word_and_falls_silent_is_late_soon_enough_to_begin_again() -> None:
    async with RawHost(STREAM, PIECE, end="silence") as host:
        both = of(remote(host), local(), deadline=1.0)
        async with asyncio.timeout(30):
            pieces, _, broke = await streamed(both)
            assert "".join(pieces) == "There " and isinstance(broke, ModelLate) and broke.retryable
            assert (await both.chat.ainvoke(ASKED)).text == WHOLE
        await both.stop()


async def test_a_port_that_nobody_listens_at_is_asked_thrice_and_then_left_alone() -> None:
    async with RawHost() as host:
        gone = remote(host)
    both = of(gone, local())
    for _ in range(5):
        assert (await both.chat.ainvoke(ASKED)).text == WHOLE
    assert both.card.reference == "scripted:b"
    await both.stop()


async def test_the_last_one_may_take_more_than_a_quarter_of_the_time() -> None:
    slow = local("b", "one two three")
    slow.chat.seconds = 0.5
    both = of(local("a", ModelCrashed("scripted:a")), slow, deadline=1.5)
    assert (await both.chat.ainvoke(ASKED)).text == "one two three"


async def test_when_all_fail_the_error_says_when_to_ask_again() -> None:
    both = of(local("a", ModelBusy("scripted:a", retry_after=40)), local("b", ModelUnavailable("scripted:b")))
    with pytest.raises(ModelBusy) as caught:
        await both.chat.ainvoke(ASKED)
    assert caught.value.retry_after == 40


async def test_what_one_refuses_is_put_to_those_with_a_larger_window_alone() -> None:
    first = local("a", ModelRefused("scripted:a"))
    same, larger = local("b"), local("c", "I took it.", context_window=8000)
    assert (await of(first, same, larger).chat.ainvoke(ASKED)).text == "I took it."
    assert same.prompts == []
    with pytest.raises(ModelRefused):
        await of(first, same).chat.ainvoke(ASKED)
    assert same.prompts == []


async def test_the_card_and_the_tokens_are_those_of_who_is_asked_next() -> None:
    clock = Clock()
    first = local("a", ModelUnavailable("scripted:a"), prompt_budget=3000, images=True)
    both = of(first, local("b", prompt_budget=500), clock=clock)
    assert (both.card.prompt_budget, both.card.images) == (3000, True)
    assert both.card.of("scripted:b").prompt_budget == 500
    await both.chat.ainvoke(ASKED)
    assert (both.card.prompt_budget, both.card.images) == (500, False)
    clock.now += 6
    assert both.card.prompt_budget == 3000
    assert await both.count_tokens(["one two"]) == [2]


class Uncounted(ScriptedLLM):
    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        raise ModelCrashed(self.card.reference)


async def test_where_the_next_one_cannot_count_the_one_after_it_does() -> None:
    lost = Uncounted.of(["x"])
    assert await of(lost, local()).count_tokens(["one two"]) == [2]
    with pytest.raises(ModelCrashed):
        await of(lost, Uncounted.of(["x"])).count_tokens(["one two"])


async def test_starting_loads_all_of_them_and_fails_only_when_none_can() -> None:
    class Missing(ScriptedLLM):
        async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
            raise ModelUnavailable(self.card.reference)

    both = of(Missing.of(["x"]), local())
    await both.start([SystemMessage("Be brief.")])
    assert both.card.reference == "scripted:b"
    with pytest.raises(ModelUnavailable):
        await of(Missing.of(["x"]), Missing.of(["y"])).start()
    await both.stop()


async def test_a_caller_who_leaves_ends_the_stream_below() -> None:
    first = local("a", "one two three four")
    first.chat.seconds = 100
    both = of(first, local())
    task = asyncio.create_task(both.chat.ainvoke(ASKED))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    first.chat.seconds = 0
    assert (await both.chat.ainvoke(ASKED)).text == "one two three four"
