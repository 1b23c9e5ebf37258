"""Whole turns with a model that answers questions about photos: its answer reaches the person in any case."""

from __future__ import annotations

import pytest

from agents.models.scripted import ScriptedSense
from agents.ports import Card, Question
from agents.values import Role, Utterance
from tests.agents.house import House, finding, gist, photo, said

QUESTIONS = [
    ("what shape is in the image?", "circle"),
    ("what shape does the image contain?", "triangle"),
    ("what is the red shape?", "rectangle"),
    ("what color is the triangle?", "teal"),
    ("what is the color of the shape?", "gray"),
    ("is there a red circle in the image?", "no"),
    ("is there not a gray shape in the image?", "yes"),
    ("is a blue shape present?", "yes"),
    ("is no circle present?", "no"),
    ("does the image contain a green shape?", "no"),
    ("does the image not contain a blue shape?", "yes"),
]
REPLIES = ["Yes, there is a red circle.", "No, a blue shape.", "A red circle on a table.", "You said: image", "", "Hm."]


@pytest.mark.parametrize(("question", "right"), QUESTIONS)
@pytest.mark.parametrize("reply", REPLIES)
async def test_the_answer_reaches_the_reply_whatever_the_language_model_says(
    question: str, right: str, reply: str
) -> None:
    house = House([reply], caption=["a red circle"], ocr=[], vqa=[finding(right, 0.98)], sentences=True)
    answered = await house.ask(photo(), question, locale="zh-hans")
    words = answered.reply.text.lower().replace(":", " ").replace(",", " ").replace(".", " ").split()
    assert right in words
    if answered.reply.guarded:
        assert answered.reply.text.startswith(f"My answer from looking at the photo: {right} (98 % sure).")
    else:
        assert answered.reply.text == reply


@pytest.mark.parametrize(
    ("question", "answer", "says"),
    [
        ("图里有圆形吗？", "yes", "看照片得到的回答：是（把握 95%）。"),
        ("图里有没有圆形？", "No.", "看照片得到的回答：否（把握 95%）。"),
        ("三角形是什么颜色？", "orange", "看照片得到的回答：橙色（把握 95%）。"),
        ("这里有几个人？", "a crowd", "看照片得到的回答：a crowd（把握 95%）。"),
    ],
)
async def test_an_english_answer_is_told_in_chinese(question: str, answer: str, says: str) -> None:
    house = House(["图里是一只猫。"], ocr=[], vqa=[answer])
    assert (await house.ask(photo(), question)).reply.text.startswith(says)


async def test_a_chinese_reply_that_agrees_is_kept() -> None:
    assert (await House(["是的。"], ocr=[], vqa=["yes"]).ask(photo(), "图里有圆形吗？")).reply.text == "是的。"


async def test_an_unsure_answer_is_told_as_a_guess() -> None:
    house = House(["There are three people."], caption=["people"], ocr=[], vqa=[finding("three", 0.4)])
    answered = await house.ask(photo(), "How many people are there?")
    assert answered.reply.text.startswith("I am not sure, but from the photo I would guess: three (40 % sure).")
    assert 'an uncertain guess was:\n"three"' in house.prompt[-1]
    house = House(["There may be three people."], caption=["people"], ocr=[], vqa=[finding("three", 0.4)])
    assert (await house.ask(photo(), "How many people are there?")).reply.text == "There may be three people."


async def test_a_remark_is_not_put_to_it() -> None:
    house = House(["What a lovely espresso!"], caption=["a cup of espresso"], ocr=[], vqa=["yes"], sentences=True)
    answered = await house.ask(photo(), "My favourite!")
    assert answered.reply.text == "What a lovely espresso!"
    assert "visual question answering: skip" in gist(answered)


async def test_a_question_in_a_language_it_does_not_know_is_not_put_to_it() -> None:
    vqa = ScriptedSense([finding("three")], card=Card("scripted:vqa", languages=frozenset({"en"})))
    house = House(caption=["church"], ocr=[], vqa=vqa)
    answered = await house.ask(photo(), "有几个人？")
    assert vqa.items == []
    assert answered.reply.text.startswith("我看不出有多少：回答这类问题的模型只懂英语")
    answered = await house.ask(photo(), "How many people are there?", locale="zh-hans")
    assert "three" in answered.reply.text


async def test_text_that_the_question_is_about_goes_before_the_answer() -> None:
    house = House(["You could have the beef noodles."], ocr=["Beef noodles 28"], vqa=["pizza"], sentences=True)
    answered = await house.ask(photo(), "What could I have with the noodles?")
    assert answered.reply.text == "You could have the beef noodles."
    house = House(["Yes, on Sunday."], caption=[], ocr=["OPENING HOURS", "Sunday closed"], vqa=["yes"])
    answered = await house.ask(photo(), "Are they open on Sunday?")
    assert house.llm.prompts == []
    assert answered.reply.text.endswith("In the photo I read: “Sunday closed”")


async def test_every_photo_of_a_turn_is_answered_about() -> None:
    vqa = ScriptedSense[Question](
        lambda asked: [finding("yes" if asked.picture.width == 9 else "no")], card=Card("scripted:vqa")
    )
    house = House(["Yes."], caption=[], ocr=[], vqa=vqa)
    answered = await house.ask(photo(size=(9, 9)), photo(), "Is there a circle?")
    assert answered.reply.guarded
    assert answered.reply.text == (
        "Photo 1: My answer from looking at the photo: yes (95 % sure).\n\n"
        "Photo 2: My answer from looking at the photo: no (95 % sure)."
    )


async def test_an_earlier_answer_answers_no_other_question() -> None:
    house = House(["The triangle is red."], caption=["a triangle"], ocr=[], vqa=["red"], sentences=True)
    first = await house.ask(photo(), "what color is the triangle?")
    history = [
        Utterance(Role.USER, "what color is the triangle?", first.observations),
        Utterance(Role.ASSISTANT, first.reply.text),
    ]
    again = await House(["It was red."], caption=["-"], sentences=True).ask("what color was it?", history=history)
    assert again.reply.text == "It was red."
    other = await House(["There are three."], sentences=True).ask("How many shapes are in the photo?", history=history)
    assert "red" not in other.reply.text
    assert "how many" in other.reply.text
    able = await House(vqa=["three"], caption=["-"]).ask("How many shapes are in the photo?", history=history)
    assert able.reply.text.startswith("To tell how many there are, I would have to look once more.")
    chat = await House(["A joke!"]).ask("Tell me a joke", history=[*history, *said("Thanks", "Welcome")])
    assert chat.reply.text == "A joke!"
