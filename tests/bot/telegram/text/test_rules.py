"""Whatever is written, Telegram takes it, and no word is lost."""

from __future__ import annotations

import re
import sys
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.text import Above, Entity, File, Page, compose, compose_plain, pages_or_file, preview
from tests.bot.telegram.text.markdowns import markdowns, odd, plain_words
from tests.bot.telegram.text.rules import broken

_OPENINGS = [
    "[",
    "![",
    ">",
    "> ",
    "*",
    "**",
    "_a",
    "`",
    "~~",
    "$a ",
    "\\[",
    "- ",
    "1. ",
    "|a",
    "<",
    "&",
    "](",
    "\n$$",
    "[a](",
]

_NOT_SHOWN = re.compile(r"\(https://a\.org\)|```python")


@given(markdowns | odd)
@settings(max_examples=100, deadline=None)
def test_every_page_keeps_every_rule(markdown: str) -> None:
    for page in (*compose(markdown), *compose(markdown, unfinished=True), *compose_plain(markdown)):
        assert broken(page) == []


@given(markdowns, st.integers(3, 200))
@settings(max_examples=60, deadline=None)
def test_every_preview_keeps_every_rule(markdown: str, limit: int) -> None:
    assert broken(preview(markdown, limit), limit) == []


@given(markdowns, odd, odd, st.booleans())
@settings(max_examples=40, deadline=None)
def test_what_stands_above_keeps_every_rule(markdown: str, label: str, text: str, collapsed: bool) -> None:
    for page in compose(markdown, [Above(label, text, collapsed), Above(label, text * 40)]):
        assert broken(page) == []


@given(plain_words)
@settings(max_examples=100, deadline=None)
def test_every_word_is_shown_in_its_order(markdown: str) -> None:
    shown = "".join(page.text for page in compose(markdown))
    assert _words(shown) == _words(_NOT_SHOWN.sub("", markdown))


def _words(text: str) -> str:
    return "".join(character for character in text if "a" <= character <= "z" or "一" <= character <= "三")


@given(odd)
@settings(max_examples=60, deadline=None)
def test_plain_text_loses_nothing_that_is_seen(text: str) -> None:
    shown = "".join(page.text for page in compose_plain(text))
    seen = [each for each in text if (each.isalnum() and each != "\u3164") or each in "*_~`[]()<>!#|-+=>\\$&;:/."]
    assert [character for character in shown if character in set(seen)] == seen


@pytest.mark.parametrize("opening", _OPENINGS)
def test_twice_as_much_hostile_markup_takes_twice_the_steps_and_loses_nothing(opening: str) -> None:
    short, long = (opening * (length // len(opening)) + "\n\nend" for length in (600, 1200))
    compose(short)
    assert _steps(long) < 2.3 * _steps(short)
    assert all(broken(page) == [] for page in compose(long))
    assert compose(long)[-1].text.endswith("end")


def _steps(markdown: str) -> int:
    """Calls that composing makes, counted rather than timed."""
    steps = count()
    sys.setprofile(lambda *_: next(steps))
    try:
        compose(markdown)
    finally:
        sys.setprofile(None)
    return next(steps)


def test_markup_without_end_is_not_parsed() -> None:
    markdown = "**[" * 20000
    assert "".join(page.text for page in compose(markdown)) == markdown
    assert isinstance(pages_or_file(markdown), File)


def test_the_checker_finds_what_telegram_refuses() -> None:
    wrong = {
        "too long": Page("x" * 4097),
        "blank": Page("\u200b"),
        "white space at the end": Page("x "),
        "outside of the text": Page("x", (Entity("bold", 0, 2),)),
        "half a character": Page("🙂", (Entity("bold", 0, 1),)),
        "begins with white space": Page("a b", (Entity("bold", 1, 2),)),
        "code with another style": Page("ab", (Entity("bold", 0, 2), Entity("code", 0, 1))),
        "overlapping": Page("abc", (Entity("bold", 0, 2), Entity("italic", 1, 2))),
        "quotation in a quotation": Page("ab", (Entity("blockquote", 0, 2), Entity("expandable_blockquote", 0, 1))),
        "address that Telegram refuses": Page("a", (Entity("text_link", 0, 1, url="http://localhost/"),)),
        "too many entities": Page("a" * 101, tuple(Entity("bold", at, 1) for at in range(101))),
    }
    for rule, page in wrong.items():
        assert any(found.startswith(rule) for found in broken(page)), rule
