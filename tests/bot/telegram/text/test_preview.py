"""A growing answer can be read at any moment, with no half of a mark in sight."""

from __future__ import annotations

import pytest

from bot.telegram.text import compose, preview
from bot.telegram.text.units import LIMIT, utf16_length
from tests.bot.telegram.text.shown import covered

_ANSWER = """## Title

Some **bold words**, *italic ones* and ~~struck~~ ones; a [link](https://example.org/a_b_c) and `some code`.

- one **item**
- [x] another

```python
def f(x):
    return x ** 2
```

> said, $a_1$

| a | b |
|---|---|
| 1 | 2 |
"""


def test_no_stage_of_an_answer_shows_its_marks() -> None:
    for end in range(len(_ANSWER[: _ANSWER.index("|")])):
        shown = preview(_ANSWER[:end])
        text = shown.text
        for kind, code in covered(shown):
            text = text.replace(code, "") if kind in {"pre", "code"} else text
        assert not set(text.replace("$a_1", "").replace("$a_", "")) & set("*~`#>"), (end, text)
        assert "](" not in text


@pytest.mark.parametrize(
    ("markdown", "text", "entities"),
    [
        ("a **bo", "a bo", [("bold", "bo")]),
        ("a **bold*", "a bold", [("bold", "bold")]),
        ("**a *b", "a b", [("bold", "a b"), ("italic", "b")]),
        ("~~a", "a", [("strikethrough", "a")]),
        ("is `co", "is co", [("code", "co")]),
        ("这是**重点", "这是重点", [("bold", "重点")]),
        ("```py\nx = 1\n``", "x = 1", [("pre", "x = 1")]),
        ("see [this](https://exam", "see this", []),
        ("- **one\n- two", "• one\n• two", [("bold", "one")]),
        ("title\n--", "title", []),
    ],
)
def test_what_is_open_counts_as_closed(markdown: str, text: str, entities: list[tuple[str, str]]) -> None:
    page = preview(markdown)
    assert (page.text, list(covered(page))) == (text, entities)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("so **cut", "so cut"),
        ("so **cut*", "so cut"),
        ("so **", "so"),
        ("so `cut", "so cut"),
        ("**Note: open\n\nmore", "Note: open\n\nmore"),
        ("```py\nx", "x"),
        ("price*", "price*"),
        ("2 * 3", "2 * 3"),
        ("use *args", "use *args"),
        ("2**3", "2**3"),
        ("the ` key", "the ` key"),
    ],
)
def test_a_whole_answer_loses_only_marks_that_are_plainly_halves(markdown: str, text: str) -> None:
    assert compose(markdown)[0].text == text


def test_an_answer_cut_by_its_reader_closes_single_marks_too() -> None:
    [page] = compose("so *cut", unfinished=True)
    assert list(covered(page)) == [("italic", "cut")]


def test_a_long_answer_ends_in_an_ellipsis() -> None:
    page = preview("**Some words** 🙂. " * 1000)
    assert page.text.endswith("…")
    assert LIMIT - 30 < utf16_length(page.text) <= LIMIT or len(page.entities) == 100
    assert preview("word " * 100, 20).text == "word word word…"


def test_a_preview_costs_the_same_for_ten_times_the_answer() -> None:
    start = "Some *plain* words. " * 2000
    assert preview(start) == preview(start * 10)


def test_nothing_yet_is_an_ellipsis() -> None:
    assert preview("").text == preview("**").text == preview("```").text == "…"
