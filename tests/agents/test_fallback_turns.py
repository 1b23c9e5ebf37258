"""Turns whose models fail: the next one answers, no word is told twice, and who really answered stands in the trace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.assistant import Assistant, Limits
from agents.errors import (
    DeviceLost,
    ModelBusy,
    ModelCrashed,
    ModelError,
    ModelLate,
    ModelOutOfMemory,
    ModelUnavailable,
)
from agents.models.fallback import either
from agents.models.metrics import Metrics
from agents.models.openai.llm import OpenAIChat
from agents.models.scripted import Broken, ScriptedLLM, ScriptedSense
from agents.ports import Card, LanguageModelCard, Senses
from agents.values import Answered, Event, Outcome, Restarted, Text, Turn
from bot.texts import Texts
from tests.agents.house import House, finding, photo, streamed, voice
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.raw_host import HEAD, RawHost

STREAM = HEAD % b"text/event-stream"
PIECE = b'data: {"choices": [{"delta": {"content": "There "}}]}\n\n'
WHOLE = "Here is a whole answer."


def spoken(name: str, *replies: Any, **card: Any) -> ScriptedLLM:
    return ScriptedLLM.of(replies, card=LanguageModelCard(f"scripted:{name}", 4000, 2000, 256, **card))


class Turns:
    """An assistant over several language models; ``senses`` by port."""

    def __init__(self, *llms: Any, deadline: float = 120.0, **senses: Any) -> None:
        limits = Limits(answer_deadline=deadline)
        self.llm = either("llm", llms, Metrics(), limits)
        self.assistant = Assistant(Senses(**senses), self.llm, Texts(), limits)
        self.events: list[Event] = []

    async def ask(self, *parts: Any, locale: str | None = None) -> Answered:
        turn = Turn(tuple(Text(part) if isinstance(part, str) else part for part in parts), locale=locale)
        self.events = [event async for event in self.assistant.answer(turn)]
        answered = self.events[-1]
        assert isinstance(answered, Answered)
        assert streamed(self.events) == answered.reply.text
        return answered

    @property
    def restarts(self) -> int:
        return sum(isinstance(event, Restarted) for event in self.events)


def steps(answered: Answered, name: str = "answer") -> list[tuple[str | None, str | None]]:
    return [(step.model, step.error) for step in answered.trace.steps if step.name.startswith(name)]


@pytest.mark.parametrize("end", ["close", "reset", "silence"])
async def test_an_answer_that_breaks_off_begins_again_whole_with_the_next_model(end: Any) -> None:
    async with RawHost(STREAM, PIECE, end=end) as host:
        first = OpenAIChat.made(making(host.reference(), answer_deadline=60))
        turns = Turns(first, spoken("b", WHOLE), deadline=2.0)
        answered = await turns.ask("Hi")
        assert answered.reply.text == WHOLE
        assert turns.restarts == 1
        broke = "model-late" if end == "silence" else "model-crashed"
        assert steps(answered) == [(host.reference(), broke), ("scripted:b", None)]
        answered = await turns.ask("Hi")
        assert answered.reply.text == WHOLE
        assert (turns.restarts, steps(answered)) == (0, [("scripted:b", None)])
        await turns.llm.stop()


async def test_a_host_that_accepts_and_never_answers_costs_its_share_of_the_time_and_no_word() -> None:
    async with RawHost(end="silence") as host:
        first = OpenAIChat.made(making(host.reference(), answer_deadline=60))
        turns = Turns(first, spoken("b", WHOLE), deadline=3.0)
        answered = await turns.ask("Hi")
        assert (answered.reply.text, turns.restarts) == (WHOLE, 0)
        assert steps(answered) == [("scripted:b", None)]
        (step,) = [step for step in answered.trace.steps if step.name == "answer"]
        assert step.facts["instead"] == f"{host.reference()}: model-late"
        await turns.llm.stop()


async def test_each_of_several_may_break_off_once() -> None:
    broken = [spoken(name, Broken(f"I am {name}", ModelCrashed(f"scripted:{name}"))) for name in "abc"]
    turns = Turns(*broken, spoken("d", WHOLE))
    answered = await turns.ask("Hi")
    assert answered.reply.text == WHOLE
    assert turns.restarts == 3
    assert [model for model, _ in steps(answered)] == ["scripted:a", "scripted:b", "scripted:c", "scripted:d"]


async def test_when_both_break_off_the_failure_is_told_once_and_nothing_of_their_words() -> None:
    first = spoken("a", Broken("Half an", ModelCrashed("scripted:a")))
    turns = Turns(first, spoken("b", Broken("Half of another", ModelCrashed("scripted:b"))))
    answered = await turns.ask("Hi")
    assert answered.reply.text.startswith("Something went wrong")
    assert steps(answered) == [("scripted:a", "model-crashed"), ("scripted:b", "model-crashed")]


@pytest.mark.parametrize("error", [ModelUnavailable("a"), ModelOutOfMemory("a"), DeviceLost("a")])
async def test_a_model_that_cannot_be_had_is_told_as_missing(error: ModelError) -> None:
    answered = await House([error]).ask("Hi")
    assert answered.reply.text.startswith("I cannot answer in words of my own because no language model is working")


@pytest.mark.parametrize(
    ("locale", "wait", "told"),
    [
        (None, None, "Please send your message again in a minute."),
        (None, 1.0, "Please send your message again in about 5 seconds."),
        (None, 100.0, "Please send your message again in about 2 minutes."),
        ("zh-hans", 100.0, "请过大约2分钟再发一次您的消息。"),
        (None, float("inf"), "Please send your message again in a minute."),
    ],
)
async def test_a_busy_model_is_told_with_the_time_to_wait_and_is_not_asked_again_at_once(
    locale: str | None, wait: float | None, told: str
) -> None:
    busy = spoken("a", ModelBusy("scripted:a", retry_after=wait))
    answered = await Turns(busy).ask("你好" if locale else "Hi", locale=locale)
    assert answered.reply.text.endswith(told)
    assert len(busy.prompts) == 1


@pytest.mark.parametrize(
    ("part", "senses", "told"),
    [
        (voice(), {"transcriber": "voice"}, "Please send the recording again in about 30 seconds, or type it."),
        (photo(), {"captioner": "photo"}, "Please send this one again in about 30 seconds."),
    ],
)
async def test_a_busy_sense_is_told_with_the_time_to_wait(part: Any, senses: dict[str, str], told: str) -> None:
    busy = {name: ScriptedSense[Any](ModelBusy("scripted:x", retry_after=28.0)) for name in senses}
    assert told in (await Turns(spoken("b", "x"), **busy).ask(part)).reply.text


async def test_of_two_busy_senses_the_longer_wait_is_told_and_each_its_own_beside_one_that_worked() -> None:
    captioner = ScriptedSense[Any](ModelBusy("scripted:c", retry_after=28.0))
    reader = ScriptedSense[Any](ModelBusy("scripted:r", retry_after=130.0))
    both = Turns(spoken("b", "x"), captioner=captioner, text_reader=reader)
    assert "again in about 3 minutes." in (await both.ask(photo())).reply.text
    names = ScriptedSense[Any]([finding("cat")], card=Card("scripted:c", sentences=False))
    one = Turns(spoken("b", "x"), captioner=names, text_reader=reader)
    told = (await one.ask(photo())).reply.text
    assert "This looks like a cat" in told
    assert "I did not read the text in it. Please send it again in about 3 minutes." in told


def eyes() -> Any:
    """A host that writes sentences and is gone, and a model here that names one thing and is seldom sure."""
    away = ScriptedSense[Any](ModelCrashed("scripted:away"), card=Card("scripted:away", sentences=True, sure_from=0.5))
    here = Card("scripted:here", sentences=False, sure_from=0.9)
    return either("caption", [away, ScriptedSense([finding("espresso", 0.7)], card=here)], Metrics())


async def test_an_observation_names_the_model_that_made_it_and_is_told_as_sure_as_that_ones_card_allows() -> None:
    turns = Turns(spoken("b", "x"), captioner=eyes())
    answered = await turns.ask(photo())
    (observation,) = answered.observations
    assert (observation.model, observation.outcome) == ("scripted:here", Outcome.PERCEIVED)
    assert steps(answered, "perceive caption") == [("scripted:here", None)]
    assert "scripted:away: model-crashed" in [step.facts.get("instead") for step in answered.trace.steps]
    assert answered.reply.text.startswith("I am not sure what this shows; it might be an espresso")


async def test_a_failure_names_the_model_that_failed() -> None:
    several = [ScriptedSense[Any](ModelUnavailable(f"scripted:{name}"), card=Card(f"scripted:{name}")) for name in "ab"]
    answered = await Turns(spoken("b", "x"), captioner=either("caption", several, Metrics())).ask(photo())
    assert [o.model for o in answered.observations] == ["scripted:b"]
    assert steps(answered, "perceive caption") == [("scripted:b", "model-unavailable")]


async def test_what_a_trusted_model_may_say_is_checked_again_when_another_says_it() -> None:
    """The prompt was made for one that sees the photo and is trusted; the one that answers is neither."""
    trusted = spoken("a", ModelCrashed("scripted:a"), images=True, reliable=True)
    blind = spoken("b", "Three people are dancing on a beach.")
    answered = await Turns(trusted, blind, captioner=eyes()).ask(photo(), "What is going on here?")
    assert answered.reply.guarded
    assert "dancing" not in answered.reply.text
    trusted = spoken("a", "Three people are dancing on a beach.", images=True, reliable=True)
    answered = await Turns(trusted, blind, captioner=eyes()).ask(photo(), "What is going on here?")
    assert answered.reply.text == "Three people are dancing on a beach."


REPLIES = ["The first says this.", "The second says that.", "The third says something."]
ENDS = st.sampled_from(
    ["whole", "crashed", "late", "late at last", "unavailable", "busy", "broke off", "broke off again"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ENDS, min_size=1, max_size=3), st.integers(0, 4))
async def test_whatever_models_do_a_reader_has_one_whole_answer_or_is_told_why_there_is_none(
    ends: list[str], words: int
) -> None:
    failing = {"crashed": ModelCrashed, "late": ModelLate, "unavailable": ModelUnavailable, "busy": ModelBusy}
    llms = []
    for end, name, whole in zip(ends, "abc", REPLIES, strict=False):
        cut = " ".join(whole.split()[:words])
        script: dict[str, list[Any]] = {
            "whole": [whole],
            "broke off": [Broken(cut, ModelCrashed(f"scripted:{name}")), whole],
            "broke off again": [Broken(cut, ModelCrashed(f"scripted:{name}"))],
            "late at last": [Broken(cut, ModelLate(f"scripted:{name}"))],
        }
        llms.append(spoken(name, *(script.get(end) or [failing[end](f"scripted:{name}")])))
    turns = Turns(*llms)
    answered = await turns.ask("Hi")
    known = any(answered.reply.text == whole for whole in REPLIES)
    told = answered.reply.text.startswith(("Something went wrong", "Finding an answer", "I cannot", "I have too much"))
    begun, _, cut = answered.reply.text.rpartition("\n\n")
    kept = "breaks off here" in cut and begun != "" and any(whole.startswith(begun) for whole in REPLIES)
    assert known or told or kept
    if "whole" in ends:
        assert known
