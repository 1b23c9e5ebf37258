"""Edits that change nothing, and edits that do."""

from __future__ import annotations

import pytest

from bot.rewording import says_the_same


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("what is ths", "What is this?"),
        ("waht is it", "what is it"),
        ("Who paintedd it", "Who painted it?"),
        ("这是什么", "这是什么？"),
        ("", ""),
        ("same", "same"),
        ("tell me abuot trians", "tell me about trains"),
    ],
)
def test_slips_of_the_finger_change_nothing(before: str, after: str) -> None:
    assert says_the_same(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("is it a cat", "is it a car"),
        ("in Lisa", "in Lima"),
        ("what is it", "what is it not"),
        ("room 1234", "room 1243"),
        ("at 100", "at 10"),
        ("is this a dog", "what does it say?"),
        ("这是什么", "那是什么"),
        ("no", "on"),
        ("", "what is it?"),
        ("what is it?", ""),
        ("an angel", "an angle"),
        ("a diary", "a dairy"),
        ("is it typical", "is it atypical"),
        ("2+2", "2*2"),
        ("C", "C++"),
        ("-5", "5"),
        ("5 < 3", "5 > 3"),
        ("I feel 😀", "I feel 😡"),
        ("10 $", "10 €"),
    ],
)
def test_another_word_is_another_question(before: str, after: str) -> None:
    assert not says_the_same(before, after)
