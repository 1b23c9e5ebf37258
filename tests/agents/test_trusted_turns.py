"""Whole turns with a language model that its operator trusts: it may conclude and translate, and is guarded still."""

from __future__ import annotations

import pytest

from agents.ports import LanguageModelCard
from tests.agents.house import House, finding, photo, voice

TRUSTED = LanguageModelCard("scripted:trusted", 4_000, 2_000, 256, reliable=True)
MENU = ["GOLDEN DRAGON", "Beef noodles 28", "Dumplings 15"]


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Translate this to French", "Nouilles au bœuf 28, raviolis 15, Dragon d'or"),
        ("Translate this to Chinese", "金龙：牛肉面28，饺子15"),
        ("What is the cheapest dish?", "The dumplings are the cheapest dish, at 15."),
        ("How much is it all together?", "Together that is 43."),
        ("Is there anything below 20?", "Yes, the dumplings cost 15."),
        ("牛肉面多少钱？", "牛肉面的价格是28元。"),
    ],
)
async def test_it_may_translate_compare_add_up_and_say_yes(question: str, reply: str) -> None:
    answered = await House([reply], caption=["menu"], ocr=MENU, card=TRUSTED).ask(photo(), question)
    assert answered.reply.text == reply
    weak = await House([reply], caption=["menu"], ocr=MENU).ask(photo(), question)
    assert weak.reply.text != reply


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("Translate this to French", "Nouilles au bœuf 99"),
        ("Translate this to French", "I cannot see images."),
        ("Is the tea cheap?", "Yes, it is 3."),
        ("Is it open?", 'Yes: "OPEN ALL DAY".'),
        ("Is it open?", "Yes, says Obama."),
        ("Is it open?", "是的，开门。"),
        ("How much are the noodles?", "They cost 15."),
        ("How much is it all together?", "Together that is 44."),
        ("牛肉面多少钱？", "牛肉面的价格是99元。"),
    ],
)
async def test_it_is_guarded_all_the_same(question: str, reply: str) -> None:
    answered = await House([reply], caption=["menu"], ocr=MENU, card=TRUSTED).ask(photo(), question)
    assert answered.reply.guarded
    assert "Beef noodles 28" in answered.reply.text


async def test_words_that_have_to_be_right_to_the_letter_are_told_from_the_lines() -> None:
    house = House(["Something."], caption=["sign"], ocr=["Call 555 123 4567"], card=TRUSTED)
    assert "“Call 555 123 4567”" in (await house.ask(photo(), "What does the sign say?")).reply.text
    assert "“Call 555 123 4567”" in (await house.ask(photo(), "What is the phone number?")).reply.text
    assert house.llm.prompts == []


async def test_a_recording_may_be_translated() -> None:
    house = House(["Good morning!"], transcript=[finding("Bonjour", 0.9, "fr")], card=TRUSTED)
    answered = await house.ask(voice(quoted=True), "Translate this to English")
    assert answered.reply.text.endswith("Good morning!")
    assert not answered.reply.guarded


async def test_an_english_answer_may_be_said_in_chinese_but_not_turned_round() -> None:
    house = House(["他在骑马。"], ocr=[], vqa=["riding a horse"], card=TRUSTED)
    assert (await house.ask(photo(), "他在做什么？")).reply.text == "他在骑马。"
    house = House(["There are five people."], ocr=[], vqa=["three"], card=TRUSTED)
    assert "three" in (await house.ask(photo(), "How many people are there?")).reply.text
