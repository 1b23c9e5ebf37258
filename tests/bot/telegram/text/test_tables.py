"""Tables can be read on a telephone."""

from __future__ import annotations

from bot.telegram.text import Entity, Page, compose
from tests.bot.telegram.text.shown import only, styles


def test_narrow_tables_are_aligned_with_wide_characters_counted_double() -> None:
    lines = ["Name | 数量 | of", "-----+------+----", "苹果 |    3 | a b", "e\u0301    |   12 |"]
    table = "| Name | 数量 | of |\n|:--|--:|:-:|\n| **苹果** | 3 | a `b` |\n| e\u0301 | 12 |  |"
    assert only(table) == Page("\n".join(lines), (Entity("pre", 0, len("\n".join(lines))),))


def test_wide_tables_are_told_row_by_row() -> None:
    table = f"| Name | Text |\n|---|---|\n| a | {'long ' * 9}|\n| *b* | |"
    assert styles(table) == (
        f"Name: a\nText: {'long ' * 9}\n\nName: b\nText: –".replace(" \n", "\n"),
        [("bold", "Name"), ("bold", "Text"), ("bold", "Name"), ("italic", "b"), ("bold", "Text")],
    )


def test_links_in_tables_can_be_followed() -> None:
    page = only("| Site | |\n|---|---|\n| [a](https://a.org) | b |")
    assert page.text == "Site: a\nb"
    assert page.entities[-1] == Entity("text_link", 6, 1, url="https://a.org")


def test_cells_beyond_the_columns_are_kept() -> None:
    assert only("|a|b|\n|-|-|\n|1|2|3|\n|x||y").text == "a | b\n--+------\n1 | 2 | 3\nx | | y"


def test_tables_with_endless_headers_do_not_repeat_them() -> None:
    header, rows = "word " * 200, "| x | y |\n" * 200
    text = "".join(page.text for page in compose(f"| {header}| b |\n|---|---|\n{rows}"))
    assert text.count("word") == 200
    assert text.count("x | y") == 200


def test_a_header_alone_is_a_line() -> None:
    assert styles(f"|{'a' * 30}|{'b' * 30}|\n|-|-|") == (
        f"{'a' * 30} | {'b' * 30}",
        [("bold", "a" * 30), ("bold", "b" * 30)],
    )
