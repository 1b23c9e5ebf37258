"""Whole turns over scripted models: what is asked of which model, and what the person gets to read."""

from __future__ import annotations

import asyncio

from agents.models.scripted import ScriptedSense
from agents.ports import Card, LanguageModelCard
from agents.values import (
    Delta,
    ObservationKind,
    Perceived,
    Text,
    Turn,
)
from tests.agents.house import House, finding, photo, said, voice

MENU = ["GOLDEN DRAGON", "Beef noodles 28", "Dumplings 15"]


async def test_text_is_answered_by_the_language_model_piece_by_piece() -> None:
    house = House(["Hello there, friend."])
    answered = await house.ask("Hi")
    assert answered.reply.text == "Hello there, friend."
    assert [event.text for event in house.events if isinstance(event, Delta)] == ["Hello", " there,", " friend."]
    assert house.prompt[-1] == "Hi"


async def test_name_and_city_of_the_history_stand_in_the_prompt() -> None:
    house = House(["Ada, Lagos"])
    await house.ask("Who am I?", history=said("My name is Ada and I live in Lagos.", "Nice to meet you, Ada!"))
    assert house.prompt[1:] == ["My name is Ada and I live in Lagos.", "Nice to meet you, Ada!", "Who am I?"]


async def test_name_and_city_are_remembered_in_chinese() -> None:
    house = House(["你叫小明，住在上海。"])
    answered = await house.ask("我叫什么？", history=said("我叫小明，住在上海。", "你好，小明！"))
    assert "我叫小明，住在上海。" in house.prompt
    assert answered.reply.language == "zh"


async def test_loops_are_cut_and_the_trace_says_so() -> None:
    house = House(["I am " + "very " * 400])
    answered = await house.ask("How are you?")
    assert answered.reply.text == "I am very"
    assert next(step for step in answered.trace.steps if step.name == "answer").facts["cut"] == "loop"


async def test_a_hundred_thousand_characters_are_answered_and_the_shortening_is_said() -> None:
    house = House(["All right."])
    answered = await house.ask("Please count: " + "la lu li " * 11_000 + " the end")
    assert answered.reply.text.startswith("All right.\n\n(This was too long for me")
    assert house.prompt[-1].startswith("Please count")
    assert house.prompt[-1].endswith("the end")
    assert "[…]" in house.prompt[-1]


async def test_a_language_the_model_does_not_know_is_said() -> None:
    card = LanguageModelCard("scripted:echo", 4000, 2000, 256, languages=frozenset({"en"}))
    house = House(card=card)
    assert "这里设置的语言模型只会英语" in (await house.ask("你好吗？")).reply.text
    assert (await house.ask("How are you?")).reply.text == "fine"


async def test_an_album_is_told_photo_by_photo() -> None:
    answered = await House(caption=["espresso"], ocr=[]).ask(photo(), photo())
    assert answered.reply.text == (
        "Photo 1: This looks like an espresso (95 % sure).\n\nPhoto 2: This looks like an espresso (95 % sure)."
    )


async def test_senses_run_side_by_side_and_events_come_as_each_finishes() -> None:
    house = House(
        transcript=ScriptedSense([finding("What is this?", 0.9, "en")], seconds=0.3, card=Card("scripted:transcript")),
        caption=ScriptedSense([finding("espresso")], seconds=0.1, card=Card("scripted:caption", sentences=False)),
        ocr=ScriptedSense([], seconds=0.2, card=Card("scripted:ocr")),
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    answered = await house.ask(voice(), photo())
    assert loop.time() - began < 0.55
    kinds = [event.observation.kind for event in house.events if isinstance(event, Perceived)]
    assert kinds == [ObservationKind.CAPTION, ObservationKind.TEXT_IN_IMAGE, ObservationKind.TRANSCRIPT]
    assert [o.kind for o in answered.observations] == [
        ObservationKind.TRANSCRIPT,
        ObservationKind.CAPTION,
        ObservationKind.TEXT_IN_IMAGE,
    ]


async def test_closing_the_stream_stops_the_work() -> None:
    house = House(["word " * 50])
    house.llm.chat.seconds = 30
    stream = house.assistant.answer(Turn((Text("Hi"),)))
    async for event in stream:
        if isinstance(event, Delta):
            break
    await stream.aclose()
    await asyncio.sleep(0)
    assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_the_trace_holds_every_step_with_what_is_needed_to_run_it_again() -> None:
    answered = await House(["28."], caption=["menu"], ocr=MENU).ask(photo(), "How much are the noodles?")
    names = [step.name for step in answered.trace.steps]
    assert names == ["route", "perceive caption", "perceive text-in-image", "fuse", "answer", "guard"]
    answer = answered.trace.steps[4]
    assert answer.model == "scripted:echo"
    assert "Beef noodles 28" in answer.input
    assert answer.output == "28."
    assert answer.tokens_out == 1
    assert all(step.seconds >= 0 and step.started >= 0 for step in answered.trace.steps)
