"""How a question wants to be answered is told rightly in English and Chinese."""

from __future__ import annotations

import pytest

from agents.asking import asks_to_read, asks_to_translate, asks_whether, points_back, wants_answer


@pytest.mark.parametrize(
    "question",
    [
        "What does the sign say?",
        "what does it say",
        "What is written there?",
        "read it",
        "Can you read this to me?",
        "Please transcribe this",
        "上面写了什么？",
        "牌子上写的什么",
        "帮我念一下",
        "这是什么字",
    ],
)
def test_that_the_words_themselves_are_wanted_is_noticed(question: str) -> None:
    assert asks_to_read(question)


@pytest.mark.parametrize(
    "question", ["How much is the tea?", "What does the sign say about dogs?", "What should I read next?", "面多少钱？"]
)
def test_that_one_thing_among_the_words_is_wanted_is_noticed(question: str) -> None:
    assert not asks_to_read(question)


@pytest.mark.parametrize("question", ["Translate this", "What does it say in English?", "翻译成英文", "这用英语怎么说"])
def test_that_a_translation_is_wanted_is_noticed(question: str) -> None:
    assert asks_to_translate(question)
    assert not asks_to_translate("What is on the menu in this restaurant?")


@pytest.mark.parametrize(
    "question",
    [
        "Are they open on Sunday?",
        "Can I park here?",
        "So, is the soup vegetarian?",
        "Do they have soup",
        "Isn't it closed?",
        "这里可以停车吗？",
        "有没有汤",
        "星期天是否营业",
    ],
)
def test_that_yes_or_no_is_wanted_is_noticed(question: str) -> None:
    assert asks_whether(question)


@pytest.mark.parametrize(
    "question",
    [
        "How much are the noodles?",
        "Can you tell me the price of the tea?",
        "Do you know when it opens?",
        "Is it tea or coffee?",
        "你知道面多少钱吗？",
        "能告诉我价格吗？",
        "My lunch today!",
    ],
)
def test_that_more_than_yes_or_no_is_wanted_is_noticed(question: str) -> None:
    assert not asks_whether(question)


@pytest.mark.parametrize("words", ["Is it good?", "Write a poem about this", "它好吃吗", "请介绍一下"])
def test_questions_and_requests_are_told_from_remarks(words: str) -> None:
    assert wants_answer(words)
    assert not wants_answer("Thanks! 😊")
    assert not wants_answer("my cat")
    assert not wants_answer("我的午饭")


@pytest.mark.parametrize(
    "question",
    ["Is it hot?", "How many calories does it have?", "Which one is vegetarian?", "它贵吗？", "这杯咖啡热吗"],
)
def test_a_question_that_lives_from_what_was_shown_is_noticed(question: str) -> None:
    assert points_back(question)


@pytest.mark.parametrize(
    "question", ["What time is it?", "Is it true that Paris is in France?", "Thanks!", "What is the capital of Spain?"]
)
def test_a_question_that_stands_alone_is_noticed(question: str) -> None:
    assert not points_back(question)
