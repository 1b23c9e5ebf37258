"""A question about a picture is answered in its own language."""

from __future__ import annotations

import pytest

from agents.models.picture_words import asked


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What colour is it?", "in the language of the question"),
        ("Was ist das?", "in the language of the question"),
        ("这是什么颜色？", "请用中文"),
        ("What does 出口 mean?", "in the language of the question"),
        ("WiFi 密码是什么？", "请用中文"),
        ("?", "in the language of the question"),
    ],
)
def test_how_to_answer_is_told_in_a_way_small_models_follow(question: str, told: str):
    words, _, instruction = asked(question).partition("\n")
    assert words == question
    assert told in instruction
