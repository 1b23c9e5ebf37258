"""Long answers reach the chat whole, in pieces a person can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.split import LIMIT, split, utf16_length

_ALPHABET = st.sampled_from("ab .\n🙂👩\u200d🦰\u0301🇩🇪。，\r漢字")
_TEXTS = st.text(_ALPHABET, max_size=400) | st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@given(_TEXTS, st.integers(2, 60))
def test_pieces_fit_are_never_blank_and_keep_every_word(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert pieces
    assert all(utf16_length(piece) <= limit for piece in pieces)
    assert all(piece.strip() for piece in pieces)
    if text.strip():
        assert "".join("".join(pieces).split()) == "".join(text.split())


@given(_TEXTS.filter(lambda text: bool(text) and not any(map(str.isspace, text))), st.integers(2, 60))
def test_pieces_joined_are_the_text_when_no_piece_would_be_blank(text: str, limit: int) -> None:
    assert "".join(split(text, limit)) == text


@given(_TEXTS)
def test_utf16_length_counts_as_telegram_does(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


def test_text_that_fits_stays_one_piece() -> None:
    assert split("x" * LIMIT) == ["x" * LIMIT]
    assert split("🙂" * (LIMIT // 2)) == ["🙂" * (LIMIT // 2)]
    assert len(split("🙂" * (LIMIT // 2) + "x")) == 2


def test_blank_text_still_gives_something_to_send() -> None:
    assert split("") == split(" \n ") == ["…"]


def test_a_hundred_thousand_characters_are_split() -> None:
    text = "A sentence of words. " * 5000
    pieces = split(text)
    assert "".join(pieces) == text
    assert len(pieces) < 30


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("One.\n\nTwo, too. Three", 14, ["One.\n\n", "Two, too. ", "Three"]),
        ("first line\nsecond line is long", 20, ["first line\n", "second line is long"]),
        ("Is it? It is. Yes", 15, ["Is it? It is. ", "Yes"]),
        ("words without an end", 14, ["words without ", "an end"]),
        ("这是第一句。这是第二句", 9, ["这是第一句。", "这是第二句"]),
        ("abcde\u0301f", 5, ["abcd", "e\u0301f"]),
        ("abc👩\u200d🦰", 7, ["abc", "👩\u200d🦰"]),
        ("ab👍🏽", 5, ["ab", "👍🏽"]),
        ("a🇩🇪🇫🇷", 7, ["a🇩🇪", "🇫🇷"]),
    ],
)
def test_borders_are_the_most_natural_in_reach(text: str, limit: int, pieces: list[str]) -> None:
    assert split(text, limit) == pieces
