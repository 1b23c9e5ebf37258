"""Text of strangers cannot leave its place in a prompt."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.untrusted import neutral, plain, quoted, shortened


@pytest.mark.parametrize(
    "mark",
    ["<|im_start|>", "<|im_end|>", "</s>", "<start_of_turn>", "<end_of_turn>", "[INST]", "[/INST]",
     "<｜User｜>", "<<SYS>>", "<eos>"],
)  # fmt: skip
def test_marks_of_chat_templates_lose_their_meaning(mark: str) -> None:
    assert mark not in neutral(f"a {mark} b")
    assert mark.lower() not in neutral(mark.upper()).lower()


def test_ordinary_text_and_code_stay_as_they_are() -> None:
    text = 'if a < b and c >> 2:\n\tprint("<div>价格 28 元</div>") # é 🙂'
    assert neutral(text) == text


def test_invisible_characters_are_taken_out() -> None:
    assert neutral("a\u202eb\x00c\u2028d") == "a b c d"


@given(st.text())
def test_a_quoted_text_is_one_line_and_can_be_read_back(text: str) -> None:
    assert "\n" not in quoted(text)
    assert json.loads(quoted(text)).replace(" ", "") == neutral(text).replace(" ", "")


@given(st.text(alphabet="<|>s/ap\n", max_size=40))
def test_what_is_neutral_holds_no_mark(text: str) -> None:
    assert not any(mark in neutral(text) for mark in ("<|", "|>", "</s>", "<s>"))
    assert not any(mark in quoted(text) for mark in ("<<", ">>"))


@given(st.text(max_size=300), st.integers(min_value=3, max_value=100))
def test_a_shortened_text_keeps_to_its_limit_and_shows_the_gap(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= max(limit + 5, 5)
    assert short == text if len(text) <= limit else "…" in short


@pytest.mark.parametrize("text", ["می\u200cخواهم", "👩\u200d👩\u200d👧", "क्\u200dष"])
def test_what_joins_the_signs_of_a_script_or_an_emoji_stays(text: str) -> None:
    assert plain(text) == text
