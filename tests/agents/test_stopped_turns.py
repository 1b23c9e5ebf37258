"""A turn its sender stops: the models rest, and what was said until then is the reply."""

from __future__ import annotations

import asyncio

import pytest

from agents.models.scripted import ScriptedSense
from agents.ports import Card
from agents.values import Answered, Delta, Event, Perceived, Text, Turn
from tests.agents.house import House, finding, photo


async def stopped_at(house: House, turn: Turn, kind: type[Event] | None) -> Answered:
    """The end of a turn that is stopped at its first event of a kind, or before it begins."""
    stop = asyncio.Event()
    if kind is None:
        stop.set()
    async for event in house.assistant.answer(turn, stop=stop):
        if kind is not None and isinstance(event, kind):
            stop.set()
        last = event
    assert isinstance(last, Answered)
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []
    return last


async def test_what_was_said_until_then_is_the_reply() -> None:
    house = House(["word " * 50])
    house.llm.chat.seconds = 30
    answered = await stopped_at(house, Turn((Text("Tell me a lot"),)), Delta)
    assert (answered.reply.text, answered.reply.stopped) == ("word", True)


@pytest.mark.parametrize(("text", "locale", "reply"), [("Hi", None, "I stopped."), ("", "zh-CN", "已停止。")])
async def test_a_turn_stopped_before_a_word_was_said_says_that_it_stopped(
    text: str, locale: str | None, reply: str
) -> None:
    house = House(["never said"])
    answered = await stopped_at(house, Turn((Text(text),), locale=locale), None)
    assert (answered.reply.text, answered.reply.stopped, house.llm.prompts) == (reply, True, [])


async def test_what_was_perceived_by_then_is_kept() -> None:
    slow = ScriptedSense([finding("SALE")], card=Card("scripted:ocr"), seconds=30)
    house = House(caption=[finding("espresso", 0.9)], ocr=slow)
    answered = await stopped_at(house, Turn((photo(),)), Perceived)
    assert [o.text for o in answered.observations] == ["espresso"]
    assert "perceive caption" in [step.name for step in answered.trace.steps]
