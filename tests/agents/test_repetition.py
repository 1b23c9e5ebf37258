"""Loops of small models are cut; honest repetition is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.repetition import Bounded, loop_start


def fed(text: str, longest: int = 6_000, size: int = 3) -> Bounded:
    bounded = Bounded(longest)
    for start in range(0, len(text), size):
        if not bounded.take(text[start : start + size]):
            break
    return bounded


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The answer is " + "very " * 40, "The answer is very"),
        ("你好" * 30, "你好"),
        ("春天来了，" * 20, "春天来了，"),
        ("啊" * 100, "啊"),
        ("A poem:\n" + "The moon is bright tonight.\n" * 10, "A poem:\nThe moon is bright tonight."),
        (
            "".join(f"{n}. Drink a lot of clean water\n" for n in range(1, 30)),
            "1. Drink a lot of clean water",
        ),
        ("I like tea a lot. You know that. " * 9, "I like tea a lot. You know that."),
    ],
)
def test_a_loop_is_cut_after_its_first_round(text: str, kept: str) -> None:
    bounded = fed(text)
    assert bounded.cut == "loop"
    assert bounded.text.strip().startswith(kept[:20])
    assert len(bounded.text) <= len(kept) + 12


@pytest.mark.parametrize(
    "text",
    [
        "Hahahaha, that is funny!",
        "哈哈哈哈哈",
        "-" * 40 + "\n| a | b |\n|---|---|\n| 1 | 2 |",
        "def f():\n    return 1\n\n\ndef g():\n    return 2\n",
        "no no no, that is not it",
        "The beef noodles cost 28. The chicken noodles cost 26. The dumplings cost 15. The tea costs 3.",
        "1. apples\n2. pears\n3. plums\n4. grapes\n5. figs\n",
        "1000000000 = 10^9",
    ],
)
def test_honest_repetition_stays(text: str) -> None:
    bounded = fed(text)
    assert bounded.cut is None
    assert bounded.text == text


def test_a_reply_without_end_is_bounded() -> None:
    bounded = fed(" ".join(str(n * n) for n in range(10_000)), longest=500)
    assert bounded.cut == "length"
    assert 450 < len(bounded.text) <= 500
    assert not bounded.take("more")


@given(st.text(min_size=1, max_size=30), st.integers(min_value=70, max_value=90))
def test_whatever_is_said_over_and_over_is_cut(unit: str, rounds: int) -> None:
    assert fed(unit * rounds, size=7).cut == "loop"


@given(st.text(max_size=300))
def test_what_is_kept_is_a_beginning_of_what_was_said(text: str) -> None:
    kept = fed(text, longest=100).text
    assert text.startswith(kept) or text.startswith(kept.rpartition("\n")[0]), "but for the end of code left open"


@given(st.text(max_size=200))
def test_a_loop_never_begins_outside_the_text(text: str) -> None:
    start = loop_start(text)
    assert start is None or 0 <= start <= len(text)
