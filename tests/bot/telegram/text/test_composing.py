"""What a model writes in Markdown looks in Telegram as it was meant."""

from __future__ import annotations

import pytest
from telegram import MessageEntity

from bot.telegram.text import MOST_PAGES, Entity, File, Page, compose, compose_plain, pages_or_file
from tests.bot.telegram.text.shown import covered, only, styles


@pytest.mark.parametrize(
    ("markdown", "text", "entities"),
    [
        ("**bold** and *italic*", "bold and italic", [("bold", "bold"), ("italic", "italic")]),
        ("__b__ _i_ ~~s~~ `c`", "b i s c", [("bold", "b"), ("italic", "i"), ("strikethrough", "s"), ("code", "c")]),
        ("***both*** snake_case", "both snake_case", [("bold", "both"), ("italic", "both")]),
        ("**a `b` c**", "a b c", [("bold", "a"), ("code", "b"), ("bold", "c")]),
        ("**a **b** c**", "a b c", [("bold", "a b c")]),
        ("🙂 **漢🙂** x", "🙂 漢🙂 x", [("bold", "漢🙂")]),
        ("**注意：**请看**“重点”**。", "注意：请看“重点”。", [("bold", "注意："), ("bold", "“重点”")]),
        ("# A **title**\ntext", "A title\ntext", [("bold", "A title")]),
        ("one\ntwo  \nthree", "one\ntwo\nthree", []),
        ("a\n\n---\n\nb", "a\n\n──────────\n\nb", []),
        ("> said\n> > before\n\nyes", "said\nbefore\n\nyes", [("blockquote", "said\nbefore")]),
        ("> **a** `b`", "a b", [("blockquote", "a b"), ("bold", "a"), ("code", "b")]),
        (">\n> ```\n> x\n> ```", "x", [("blockquote", "x"), ("pre", "x")]),
        ("<b>x</b> &amp; <br>", "<b>x</b> & <br>", []),
        ("<div>\n*x*\n</div>", "<div>\nx\n</div>", [("italic", "x")]),
        ("fact[^1]\n\n[^1]: a note", "fact[^1]\n\n[^1]: a note", []),
        ("2 * 3 * 4, 2**3 and a * b", "2 * 3 * 4, 2**3 and a * b", []),
        (r"\*not\* emphasis", "*not* emphasis", []),
    ],
)
def test_markdown_becomes_text_with_entities(markdown: str, text: str, entities: list[tuple[str, str]]) -> None:
    assert styles(markdown) == (text, entities)


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("- a\n- b\n  - c\n    1. d\n    2. e", "• a\n• b\n    ◦ c\n        1. d\n        2. e"),
        ("3. a\n3. b", "3. a\n4. b"),
        ("1) a", "1) a"),
        ("- [ ] buy\n- [x] paid", "☐ buy\n☑ paid"),
        ("- a\n\n- b\n\n  more", "• a\n\n• b\n\n    more"),
        ("- a\nlazy", "• a\n    lazy"),
        ("- - x", "• ◦ x"),
        ("1.\n2. b", "1. \n2. b"),
        ("Here:\n- a\n\nEnd", "Here:\n• a\n\nEnd"),
    ],
)
def test_lists_keep_markers_and_depth(markdown: str, text: str) -> None:
    assert only(markdown).text == text


def test_code_keeps_its_language_and_its_indent() -> None:
    [page] = compose("1. See\n   ```Python title=x\n       if x:\n           **y**\n   ```\n")
    assert page == Page(
        "1. See\n    if x:\n        **y**", (Entity("pre", 7, len("    if x:\n        **y**"), language="python"),)
    )


def test_blank_code_and_odd_languages_are_left_out() -> None:
    assert only("a\n```\n \n```\nb").entities == ()
    assert only("```<script>\nx\n```").entities == (Entity("pre", 0, 1),)


@pytest.mark.parametrize("formula", ["$a_1*b*c_2$", r"\(x_i * y_i * z\)", "$$ *a* $$", r"\[ _a_ \]"])
def test_mathematics_stays_as_it_is(formula: str) -> None:
    assert styles(f"So {formula} holds, and *so* on.") == (f"So {formula} holds, and so on.", [("italic", "so")])


def test_mathematics_in_lines_of_its_own_is_no_list_and_no_heading() -> None:
    formula = "$$\na_1 * b_1 * c\n+ d\n=\n- e\n$$"
    assert styles(f"So\n{formula}\n**x**") == (f"So\n{formula}\nx", [("bold", "x")])


def test_prices_are_not_mathematics() -> None:
    assert styles("From $5 *or so* to $10") == ("From $5 or so to $10", [("italic", "or so")])


@pytest.mark.parametrize(
    ("markdown", "text", "url"),
    [
        ("[home](https://example.org/a?b=1)", "home", "https://example.org/a?b=1"),
        ("[`home`](http://example.org 'title')", "home", "http://example.org"),
        ("<https://example.org>", "https://example.org", "https://example.org"),
        ("[](https://example.org)", "https://example.org", "https://example.org"),
        ("[chat](tg://resolve?domain=a)", "chat", "tg://resolve?domain=a"),
        ("![a *cat*](https://example.org/c.png)", "a cat", "https://example.org/c.png"),
        ("[![cat](c.png)](https://example.org)", "cat", "https://example.org"),
        ("[ref][1]\n\n[1]: https://example.org", "ref", "https://example.org"),
        ("[wiki](https://example.org/水)", "wiki", "https://example.org/%E6%B0%B4"),
    ],
)
def test_addresses_become_links(markdown: str, text: str, url: str) -> None:
    assert only(markdown) == Page(text, (Entity("text_link", 0, len(text), url=url),))


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("[run](javascript:alert(1))", "run (javascript:alert(1))"),
        ("[write](mailto:a@example.org?subject=x)", "write (a@example.org)"),
        ("<a@example.org>", "a@example.org"),
        ("[here](#part)", "here"),
        ("[file](docs/a.md)", "file (docs/a.md)"),
        ("[host](http://localhost:8080/)", "host (http://localhost:8080/)"),
        ("[user](https://user:pass@example.org)", "user (https://user:pass@example.org)"),
        ("[bad](http://a..b)", "bad (http://a..b)"),
        ("[1]: https://example.org/unused", "[1]: https://example.org/unused"),
    ],
)
def test_what_telegram_would_refuse_as_a_link_is_text(markdown: str, text: str) -> None:
    assert only(markdown) == Page(text)


def test_links_hold_styles_and_styles_hold_links() -> None:
    assert styles("**see [the *page*](https://a.org) now**") == (
        "see the page now",
        [("bold", "see the page now"), ("text_link", "the page"), ("italic", "page")],
    )


def test_entities_are_telegrams_own() -> None:
    [bold, link] = only("🙂 **b** [l](https://a.org)").telegram_entities()
    assert (bold.type, bold.offset, bold.length) == (MessageEntity.BOLD, 3, 1)
    assert (link.type, link.url) == (MessageEntity.TEXT_LINK, "https://a.org")


def test_plain_text_stays_as_it_is() -> None:
    assert compose_plain(" **a**\n\n- b_c_ ") == [Page("**a**\n\n- b_c_")]
    assert [page.text for page in compose_plain("x" * 4000 + "\n\n" + "y" * 4000)] == ["x" * 4000, "y" * 4000]


def test_nothing_to_say_is_an_ellipsis() -> None:
    assert compose("") == compose_plain(" \u200b\n") == compose("```\n```") == [Page("…")]


def test_a_very_long_answer_is_a_file_with_an_introduction() -> None:
    answer = "# Title\n\n" + "Some words about **bicycles** 🚲. " * 1000
    found = pages_or_file(answer)
    assert isinstance(found, File)
    assert (found.name, found.content.decode()) == ("answer.md", answer)
    assert found.introduction.text.startswith("Title\n\nSome words about bicycles")
    assert found.introduction.text.endswith("…")
    assert ("bold", "bicycles") in covered(found.introduction)


def test_an_answer_of_some_pages_stays_in_the_chat() -> None:
    answer = "Some plain words. " * (MOST_PAGES * 220)
    assert pages_or_file(answer) == compose(answer)
    assert len(compose(answer)) == MOST_PAGES


@pytest.mark.parametrize("text", ["So 2*3*4 = 24.", "a*b*c", "f(x)*g(y)*2", "2 * 3 * 4"])
def test_a_product_keeps_its_signs(text: str) -> None:
    (page,) = compose(text)
    assert page == Page(text)
