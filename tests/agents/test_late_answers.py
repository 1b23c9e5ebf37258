"""Answers that are not whole when their time is up: what was said until then is kept, and said to break off."""

from __future__ import annotations

import json

import pytest

from agents.assistant import Assistant
from agents.errors import ModelCrashed, ModelLate
from agents.limits import Limits
from agents.models.openai.llm import OpenAIChat
from agents.models.scripted import Broken
from agents.values import Answered, Restarted
from bot.texts import Texts
from tests.agents.house import House, photo
from tests.agents.models.openai.makings import making
from tests.agents.models.openai.raw_host import HEAD, RawHost

STREAM = HEAD % b"text/event-stream"
STEPS = "\n".join(
    f"{number}. Step number {number} is unlike the {number * 7919 % 1000} others." for number in range(200)
)
BEGUN = f"{STEPS}\n200. Step num"
CUT = "breaks off here"
LATE = ModelLate("scripted:echo")


def event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def errors(answered: Answered) -> list[str | None]:
    return [step.error for step in answered.trace.steps if step.name == "answer"]


@pytest.mark.parametrize(("model", "turn"), [(0.3, 0.3), (60.0, 0.3)], ids=["the model's own", "the turn's"])
async def test_what_was_said_of_a_long_answer_by_the_deadline_is_kept_and_said_to_break_off(
    model: float, turn: float
) -> None:
    async with RawHost(STREAM, event(BEGUN), end="silence") as host:
        house = House()
        llm = OpenAIChat.made(making(host.reference(), answer_deadline=model))
        house.assistant = Assistant(house.senses, llm, Texts(), Limits(answer_deadline=turn))
        answered = await house.ask("Please tell me all the steps.")
        await llm.stop()
    answer, told = answered.reply.text.rsplit("\n\n", 1)
    assert answer == STEPS
    assert CUT in told
    (step,) = [step for step in answered.trace.steps if step.name == "answer"]
    assert (step.error, step.facts["cut"]) == ("model-late", "length")


async def test_code_that_is_late_is_closed() -> None:
    house = House([Broken("Here it is:\n```py\nfirst()\nsecond(", LATE)])
    assert (await house.ask("Code, please.")).reply.text.startswith("Here it is:\n```py\nfirst()\n```\n\n")


@pytest.mark.parametrize("begun", ["", "```py"])
async def test_of_what_is_late_and_has_nothing_to_keep_it_is_said_that_it_is_late(begun: str) -> None:
    answered = await House([Broken(begun, LATE)]).ask("Hi")
    assert answered.reply.text.startswith("Finding an answer took too long")


async def test_one_that_is_late_is_asked_again_while_there_is_time() -> None:
    house = House([Broken(BEGUN, LATE), "A whole answer."])
    answered = await house.ask("Hi")
    assert answered.reply.text == "A whole answer."
    assert errors(answered) == ["model-late", None]
    assert sum(isinstance(one, Restarted) for one in house.events) == 1


async def test_of_an_answer_that_crashed_nothing_is_kept() -> None:
    answered = await House([Broken(BEGUN, ModelCrashed("scripted:echo"))]).ask("Hi")
    assert answered.reply.text.startswith("Something went wrong")


@pytest.mark.parametrize(
    ("begun", "kept"),
    [("The beef noodles are 28. And then there is", True), ("The beef noodles are 99. And then there is", False)],
)
async def test_the_guard_reads_what_is_kept(begun: str, kept: bool) -> None:
    house = House([Broken(begun, LATE)], ocr=["Beef noodles 28", "Dumplings 15"])
    answered = await house.ask(photo(), "How much are the noodles?")
    assert (CUT in answered.reply.text, "99" in answered.reply.text) == (kept, False)
    assert "28" in answered.reply.text


async def test_of_several_models_the_last_ones_words_are_kept() -> None:
    house = House([Broken("The first says this. And th", LATE), Broken("The second says that. And th", LATE)])
    answered = await house.ask("Hi")
    assert answered.reply.text.startswith("The second says that.\n\n")
    assert errors(answered) == ["model-late", "model-late"]
