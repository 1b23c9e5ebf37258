"""What a question about a picture asks for is told rightly in English and Chinese."""

from __future__ import annotations

import pytest

from agents.questions import QuestionKind, asks_for_number, kind_of, mentions_picture, needs_reckoning

TABLE = {
    QuestionKind.TEXT: [
        "How much are the noodles?",
        "how much is it",
        "What does the sign say?",
        "What is written on the board?",
        "Can you read this for me",
        "What's the price of the soup?",
        "How many calories does it have?",
        "what is the phone number",
        "what time does it open?",
        "What's on the menu?",
        "What is on the sign?",
        "Translate this please",
        "What is the cheapest dish?",
        "面条多少钱？",
        "牛肉面多少钱一碗",
        "这个牌子上写着什么？",
        "牌子上说了什么",
        "帮我读一下",
        "几点开门？",
        "电话号码是多少",
        "菜单上有什么",
        "饺子的价格是多少",
    ],
    QuestionKind.COUNT: [
        "How many people are in the photo?",
        "how many cars are there under the sign",
        "Count the apples",
        "图里有几个人？",
        "照片里有多少人",
        "有几只猫",
    ],
    QuestionKind.COLOUR: ["What colour is the sign?", "which color is the car", "车是什么颜色的？"],
    QuestionKind.PERSON: ["Who is this?", "How old is she?", "Is he happy?", "这是谁？", "她几岁了", "他开心吗"],
    QuestionKind.ACTION: ["What is the man doing?", "What's going on here?", "他在做什么？", "这个人在干嘛"],
    QuestionKind.POSITION: ["Where is the dog?", "Where was this taken?", "猫在哪里？", "狗在哪边"],
    QuestionKind.PRESENCE: ["Is there a dog in the picture?", "Can you see a bridge?", "图里有没有猫", "有狗吗"],
    QuestionKind.NAME: [
        "What is this?",
        "what's this",
        "What is in the picture?",
        "Describe the photo",
        "What do you see?",
        "what kind of animal is it",
        "Is this a cat?",
        "这是什么？",
        "图里是什么",
        "照片上有什么",
        "描述一下这张图",
        "这是猫吗",
    ],
    QuestionKind.OPEN: ["My lunch today!", "Can I park here?", "Nice, isn't it", "我今天的午饭", "健康吗"],
}
CASES = [(question, kind) for kind, questions in TABLE.items() for question in questions]


@pytest.mark.parametrize(("question", "kind"), CASES)
def test_the_kind_of_a_question_is_told(question: str, kind: QuestionKind) -> None:
    assert kind_of(question) is kind


def test_a_very_long_text_is_looked_at_in_bounded_time() -> None:
    assert kind_of("what is " * 20_000) is QuestionKind.OPEN


@pytest.mark.parametrize("question", ["and on the menu?", "那张照片呢", "the picture"])
def test_a_follow_up_that_names_the_picture_is_noticed(question: str) -> None:
    assert mentions_picture(question)
    assert not mentions_picture("tell me a joke")


@pytest.mark.parametrize(
    "question",
    [
        "What is the cheapest dish?",
        "What can I eat for less than 23?",
        "anything under $20?",
        "最贵的是什么？",
        "一共多少钱",
    ],
)
def test_what_takes_reckoning_is_noticed(question: str) -> None:
    assert needs_reckoning(question)


@pytest.mark.parametrize("question", ["How much are the noodles?", "What does the sign say?", "牛肉面多少钱？"])
def test_what_stands_on_a_line_takes_no_reckoning(question: str) -> None:
    assert not needs_reckoning(question)


def test_questions_for_a_number_are_told_from_others() -> None:
    assert asks_for_number("How much are the noodles?")
    assert asks_for_number("牛肉面多少钱")
    assert not asks_for_number("What does the sign say?")
