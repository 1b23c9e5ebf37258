"""Pieces of text that stand on one row are one line; what does not belong together stays apart."""

from __future__ import annotations

from agents.models.rows import Piece, rows
from agents.values import Box


def piece(text: str, left: float, top: float, *, width: float = 100, height: float = 20, score: float = 0.95) -> Piece:
    return Piece(text, score, Box(left, top, left + width, top + height))


def read(*pieces: Piece) -> list[str]:
    return [row.text for row in rows(pieces)]


def test_a_dish_and_its_price_are_one_line_in_reading_order():
    menu = [piece("28", 400, 12), piece("Beef noodles", 10, 10), piece("22", 400, 52), piece("Fried rice", 10, 50)]
    assert read(*menu) == ["Beef noodles 28", "Fried rice 22"]


def test_a_row_has_the_box_around_its_pieces_and_the_score_of_the_least_certain():
    (row,) = rows([piece("Tea", 10, 10, score=0.99), piece("8", 300, 12, width=20, score=0.85)])
    assert row.box == Box(10, 10, 320, 32)
    assert row.score == 0.85


def test_a_photo_taken_at_a_slant_keeps_its_rows():
    slanted = [piece(word, 110 * place, 10 + 6 * place) for place, word in enumerate(["No", "dogs", "on", "grass"])]
    assert read(*slanted, piece("below", 0, 70)) == ["No dogs on grass", "below"]


def test_lines_that_merely_touch_stay_apart():
    assert read(piece("first", 10, 10), piece("second", 10, 28)) == ["first", "second"]


def test_small_print_beside_a_headline_stays_apart():
    assert read(piece("SALE", 10, 10, height=80), piece("until Friday", 200, 30, height=14)) == ["until Friday", "SALE"]


def test_columns_of_running_text_are_not_mixed():
    left = piece("It was a bright cold day in April, and", 0, 10, width=300)
    right = piece("the clocks were striking thirteen times", 320, 10, width=300)
    assert read(left, right) == [left.text, right.text]


def test_writing_that_runs_downwards_is_not_put_into_rows():
    columns = [piece("面馆", 10, 10, width=20, height=90), piece("开门", 60, 10, width=20, height=90)]
    assert read(*columns) == ["面馆", "开门"]


def test_no_text_is_no_rows():
    assert rows([]) == []
