"""Tokens become text as they come: whole characters only, up to a stop, and no further than somebody reads."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agents.models.transformers.pieces import Pieces, Reader


def written(data: bytes, stops: Sequence[str] = ()) -> tuple[list[str], Pieces]:
    """What a reader is told of an answer whose tokens are bytes."""
    told: list[str] = []
    pieces = Pieces(lambda tokens: bytes(tokens).decode(errors="replace"), stops, Reader(told.append))
    for token in data:
        if pieces.over:
            break
        pieces.put(token)
    pieces.end()
    return told, pieces


def test_each_token_is_told_as_soon_as_it_is_a_character():
    assert written("aé你!".encode())[0] == ["a", "é", "你", "!"]


def test_what_is_broken_off_in_a_character_is_told_as_such():
    assert written("ok你".encode()[:-1])[0] == ["o", "k", "\ufffd"]


def test_the_end_is_told_once():
    told, pieces = written("ok你".encode()[:-1])
    pieces.end()
    assert told == ["o", "k", "\ufffd"]


@pytest.mark.parametrize(
    ("text", "stops", "expected"),
    [
        ("one STOP two", ["STOP"], "one "),
        ("one ST two", ["STOP"], "one ST two"),
        ("a\nb##c", ["##", "\n"], "a"),
        ("a b", [""], "a b"),
    ],
)
def test_text_ends_before_a_stop(text: str, stops: list[str], expected: str):
    told, pieces = written(text.encode(), stops)
    assert "".join(told) == expected
    assert pieces.over == (expected != text)


def test_writing_is_over_when_the_reader_leaves():
    reader = Reader(lambda _: None)
    pieces = Pieces(str, (), reader)
    assert not pieces.over
    reader.leave()
    assert pieces.over
