"""A reply has to carry the answer that visual question answering gave, whatever its words."""

from __future__ import annotations

import pytest

from agents.carrying import carries

WHETHER, WHAT = "Is there a red circle in the image?", "What is in the image?"


@pytest.mark.parametrize(
    ("reply", "answer", "question"),
    [
        ("Yes, there is a red circle.", "yes", WHETHER),
        ("no.", "No", WHETHER),
        ("是的，图中有一个圆。", "yes", "图里有圆形吗？"),
        ("没有。", "no", "图里有圆形吗？"),
        ("The triangle is red.", "red", WHAT),
        ("There are 3 people.", "three", WHAT),
        ("Three people sit there.", "3 people", WHAT),
        ("A man rides a horse.", "man riding a horse", WHAT),
        ("Just one.", "one", WHAT),
        ("这是红色的三角形", "红色", "三角形是什么颜色？"),
        ("It is a circle.", "yes", WHAT),
    ],
)
def test_a_reply_that_carries_the_answer(reply: str, answer: str, question: str) -> None:
    assert carries(reply, answer, question)


@pytest.mark.parametrize(
    ("reply", "answer", "question"),
    [
        ("No, there is no red circle.", "yes", WHETHER),
        ("There is a red circle.", "yes", WHETHER),
        ("Yes, it contains one.", "no", "Does the image not contain a blue shape?"),
        ("不是，图中没有圆。", "yes", "图里有圆形吗？"),
        ("The triangle is blue.", "red", WHAT),
        ("There are five people.", "three", WHAT),
        ("There are people.", "3 people", WHAT),
        ("Several.", "one", WHAT),
        ("", "red", WHAT),
        ("图中有两只猫。", "有三只猫", "图里有几只猫？"),
    ],
)
def test_a_reply_that_does_not(reply: str, answer: str, question: str) -> None:
    assert not carries(reply, answer, question)


def test_freely_yes_and_no_may_be_left_out_but_not_turned_round() -> None:
    assert carries("There is a red circle.", "yes", WHETHER, freely=True)
    assert not carries("No, there is not.", "yes", WHETHER, freely=True)


@pytest.mark.parametrize(
    ("reply", "answer", "carried"),
    [
        ("There is a red circle.", "yes", True),
        ("There is a red circle.", "no", False),
        ("It does not contain one.", "no", True),
        ("There isn't any.", "yes", False),
        ("图里没有圆形。", "no", True),
    ],
)
def test_said_freely_it_may_leave_out_yes_and_no_but_not_turn_it_round(reply: str, answer: str, carried: bool) -> None:
    assert carries(reply, answer, WHETHER, freely=True) is carried
