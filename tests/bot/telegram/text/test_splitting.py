"""Long answers reach the chat whole, in messages that a person can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.text import Page, compose, compose_plain
from bot.telegram.text.cleaning import is_blank
from bot.telegram.text.splitting import pages, paragraph_borders
from bot.telegram.text.styled import Border, Rank, Styled
from bot.telegram.text.units import LIMIT, utf16_length
from tests.bot.telegram.text.rules import broken
from tests.bot.telegram.text.shown import covered

_ALPHABET = st.sampled_from("ab .\n🙂👩\u200d🦰\u0301🇩🇪。，漢字")
_TEXTS = st.text(_ALPHABET, max_size=400) | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=400)


def _split(text: str, limit: int) -> list[str]:
    borders = tuple(Border(at, Rank.BLOCK) for at in paragraph_borders(text))
    return [page.text for page in pages(Styled(text, borders=borders), limit)]


@given(_TEXTS, st.integers(2, 60))
def test_pages_fit_are_never_blank_and_keep_every_word(text: str, limit: int) -> None:
    split = _split(text, limit)
    assert split
    assert all(utf16_length(page) <= limit and page.strip() == page != "" for page in split)
    if not is_blank(text):
        kept, whole = "".join("".join(split).split()), "".join(text.split())
        assert kept == whole or is_blank("".join(set(whole) - set(kept)))


@given(_TEXTS)
def test_utf16_length_counts_as_telegram_does(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


def test_text_that_fits_stays_one_page() -> None:
    assert compose_plain("x" * LIMIT) == [Page("x" * LIMIT)]
    assert compose_plain("🙂" * (LIMIT // 2)) == [Page("🙂" * (LIMIT // 2))]
    assert len(compose_plain("🙂" * (LIMIT // 2) + "x")) == 2


def test_a_hundred_thousand_characters_are_split() -> None:
    text = "A sentence of words. " * 5000
    found = [page.text for page in compose_plain(text)]
    assert " ".join(found) == text.strip()
    assert len(found) < 30


@pytest.mark.parametrize(
    ("text", "limit", "split"),
    [
        ("One.\n\nTwo, too. Three", 14, ["One.", "Two, too.", "Three"]),
        ("first line\nsecond line is long", 20, ["first line", "second line is long"]),
        ("Is it? It is. Yes", 15, ["Is it? It is.", "Yes"]),
        ("words without an end", 14, ["words without", "an end"]),
        ("这是第一句。这是第二句", 9, ["这是第一句。", "这是第二句"]),
        ("abcde\u0301f", 5, ["abcd", "e\u0301f"]),
        ("abc👩\u200d🦰", 7, ["abc", "👩\u200d🦰"]),
        ("ab👍🏽", 5, ["ab", "👍🏽"]),
        ("a🇩🇪🇫🇷", 7, ["a🇩🇪", "🇫🇷"]),
    ],
)
def test_borders_are_the_most_natural_in_reach(text: str, limit: int, split: list[str]) -> None:
    assert _split(text, limit) == split


def test_a_code_block_is_opened_again_on_the_next_page_with_its_indent() -> None:
    code = "def f():\n" + "".join(f"    line_{number} = {number}\n" for number in range(800))
    found = compose(f"See:\n```python\n{code}```\nDone.")
    assert len(found) == 4
    assert all(not broken(page) for page in found)
    blocks = [text for page in found for kind, text in covered(page) if kind == "pre"]
    assert "\n".join(blocks) + "\n" == code
    assert {entity.language for page in found for entity in page.entities} == {"python"}


def test_a_code_block_that_fits_a_page_is_not_cut() -> None:
    code = "x = 1\n" * 500
    first, second = compose(f"{'Some words. ' * 200}\n```\n{code}```")
    assert not first.entities
    assert list(covered(second)) == [("pre", code.strip())]


def test_list_items_stay_whole() -> None:
    item = "- " + "A sentence. " * 60 + "\n\n  And more. " + "Another one. " * 60
    found = compose("\n".join([item] * 8))
    assert len(found) > 2
    assert all(page.text.startswith("• ") and page.text.count("• ") == page.text.count("And more") for page in found)


def test_a_heading_stays_with_what_it_heads() -> None:
    filler = "Some words. " * 300
    first, second = compose(f"{filler}\n\n# Title\n\n{filler}")
    assert first.text == filler.strip()
    assert second.text.startswith("Title\n\nSome words.")


def test_styles_go_on_across_a_border() -> None:
    words = "Some words. " * 400
    first, second = compose(f"> **{words.strip()}**")
    for page in (first, second):
        assert list(covered(page)) == [("blockquote", page.text), ("bold", page.text)]


def test_more_than_a_hundred_entities_take_another_page() -> None:
    found = compose(" ".join(f"**a{number}** `b{number}`" for number in range(120)))
    assert [len(page.entities) for page in found] == [100, 100, 40]
    assert " ".join(page.text for page in found).split() == [f"{x}{n}" for n in range(120) for x in "ab"]
