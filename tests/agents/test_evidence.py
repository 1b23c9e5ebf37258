"""The row a question is about is found, also when dish and price are pieces of their own."""

from __future__ import annotations

import pytest

from agents.evidence import matching, ranked, rows
from tests.agents.samples import caption, line, lines

MENU = lines("GOLDEN DRAGON", "Beef noodles 28", "Chicken noodles 26", "Dumplings 15", "Green tea 3")
CHINESE_MENU = lines("金龙饭店", "牛肉面 28元", "鸡蛋面 18元", "饺子 15元", "绿茶 3元")


def test_a_dish_and_its_price_far_right_become_one_row() -> None:
    observations = [
        line("Noodles", box=(10, 100, 120, 130)),
        line("28", box=(400, 104, 440, 128)),
        line("Soup", box=(10, 150, 90, 180)),
        line("12", box=(400, 152, 440, 178)),
    ]
    assert [row.text for row in rows(observations)] == ["Noodles 28", "Soup 12"]
    assert rows(observations)[1].indexes == (2, 3)


def test_pieces_of_different_photos_or_without_a_place_stay_apart() -> None:
    observations = [caption("menu"), line("a", 0, box=(0, 0, 9, 9)), line("b", 1, box=(20, 0, 29, 9)), line("c", 1)]
    assert [(row.text, row.part) for row in rows(observations)] == [("a", 0), ("b", 1), ("c", 1)]


@pytest.mark.parametrize(
    ("question", "menu", "found"),
    [
        ("How much are the beef noodles?", MENU, ["Beef noodles 28"]),
        ("How much is one dumpling?", MENU, ["Dumplings 15"]),
        ("How much are the noodles?", MENU, ["Beef noodles 28", "Chicken noodles 26"]),
        ("How much is the fish?", MENU, []),
        ("牛肉面多少钱？", CHINESE_MENU, ["牛肉面 28元"]),
        ("饺子的价格是多少", CHINESE_MENU, ["饺子 15元"]),
        ("面条多少钱", CHINESE_MENU, ["牛肉面 28元", "鸡蛋面 18元"]),
        ("How much?", MENU, []),
    ],
)
def test_the_rows_a_question_is_about_are_found(question: str, menu: list, found: list[str]) -> None:
    assert [row.text for row in matching(question, rows(menu))] == found


def test_the_nearest_rows_are_kept_in_reading_order() -> None:
    kept = ranked("tea or dumplings?", rows(MENU), keep=2)
    assert [row.text for row in kept] == ["Dumplings 15", "Green tea 3"]
