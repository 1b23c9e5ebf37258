"""Numbers are the same number however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.numerals import numbers


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
