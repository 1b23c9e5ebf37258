"""Numbers are the same number however they are written."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.numerals import numbers
from tests.agents.house import House


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Beef noodles 28", {"28"}),
        ("£1,200.50", {"1200.5"}),
        ("3,50 €", {"3.5"}),
        ("28.00", {"28"}),
        ("007", {"7"}),
        ("open 9:30-18:00", {"9:30", "18:00"}),
        ("２８元", {"28"}),
        ("twenty-eight dollars", {"28"}),
        ("two hundred and five people", {"205"}),
        ("three cats, and four dogs", {"3", "4"}),
        ("one of them", set()),
        ("二十八元", {"28"}),
        ("两个人", {"2"}),
        ("一百二十", {"120"}),
        ("二〇二四年", {"2024"}),
        ("一万五千", {"15000"}),
        ("十个", {"10"}),
        ("一张照片", set()),
        ("A380", {"380"}),
        ("no numbers here", set()),
        ("3.14159", {"3.14159"}),
        ("1.234.567", {"1234567"}),
        ("", set()),
        ("〇〇七", {"7"}),
        ("〇", {"0"}),
        ("两亿三千万零五", {"230000005"}),
        ("一万五千亿", {"1500000000000"}),
    ],
)
def test_a_number_is_found_in_its_plain_form(text: str, found: set[str]) -> None:
    assert numbers(text) == found


@given(st.integers(min_value=0, max_value=10**9))
def test_separators_of_thousands_do_not_change_a_number(value: int) -> None:
    assert numbers(f"it is {value:,} in all") == {str(value)}


@given(st.text())
def test_any_text_can_be_asked_for_its_numbers(text: str) -> None:
    assert all(found for found in numbers(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("二三四五六" * 1_000, {"23456" * 1_000}),
        ("hundred " * 2_200, {str(10**40)}),
        ("million " * 2_200, {str(2_200 * 10**6)}),
        ("ninety " * 5_000, {str(90 * 5_000)}),
        ("一亿" * 20, {str(10**40)}),
        ("一亿" * 3_000, {"一亿" * 3_000}),
    ],
)
def test_a_number_without_end_is_none_that_python_cannot_write(text: str, found: set[str]) -> None:
    assert numbers(text) == found


async def test_digits_without_end_are_answered_in_chinese() -> None:
    digits = "".join(random.Random(1).choices("二三四五六七八九", k=5_000))
    answered = await House([f"三点一四{digits}"]).ask("请用中文数字写出圆周率")
    assert answered.reply.text == f"三点一四{digits}"
