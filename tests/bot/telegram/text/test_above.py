"""A transcript above an answer, as it was heard."""

from __future__ import annotations

from bot.telegram.text import Above, Page, compose, preview
from bot.telegram.text.units import LIMIT, utf16_length
from tests.bot.telegram.text.rules import broken
from tests.bot.telegram.text.shown import covered


def test_a_transcript_is_quoted_verbatim_before_the_answer() -> None:
    [page] = compose("**Yes.**", [Above("🎙 Heard", "is *this*\n\n> right?")])
    assert page.text == "🎙 Heard\nis *this*\n\n> right?\n\nYes."
    assert list(covered(page)) == [("blockquote", "is *this*\n\n> right?"), ("bold", "Yes.")]


def test_collapsed_ones_can_be_opened_by_the_reader() -> None:
    [page] = compose("Yes.", [Above("One", "a", collapsed=True), Above("Two", "b")])
    assert page.text == "One\na\n\nTwo\nb\n\nYes."
    assert list(covered(page)) == [("expandable_blockquote", "a"), ("blockquote", "b")]


def test_what_nobody_said_is_not_shown() -> None:
    assert compose("Yes.", [Above("Heard", " \u200b ")]) == [Page("Yes.")]


def test_a_long_transcript_loses_its_middle_and_leaves_room_for_the_answer() -> None:
    words = [f"word{number}" for number in range(3000)]
    [page] = compose("The answer.", [Above("Heard", " ".join(words), collapsed=True)])
    [(_, quoted)] = covered(page)
    head, tail = quoted.split(" … ")
    assert words[: len(head.split())] == head.split()
    assert words[-len(tail.split()) :] == tail.split()
    assert len(head) > len(tail) > 500
    assert page.text.endswith("\n\nThe answer.")


def test_long_transcripts_without_spaces_keep_their_graphemes() -> None:
    found = compose("**x** " * 900, [Above("Heard", "👩\u200d🦰" * 3000), Above("漢" * 400, "漢" * 5000)])
    assert all(broken(page) == [] for page in found)
    quotes = [text for kind, text in covered(found[0]) if kind == "blockquote"]
    assert len(quotes) == 2
    assert set(quotes[0].replace(" … ", "").split("👩\u200d🦰")) == {""}


def test_a_preview_shows_it_too() -> None:
    page = preview("word " * 2000, above=[Above("Heard", "so")])
    assert page.text.startswith("Heard\nso\n\nword")
    assert page.text.endswith("…")
    assert utf16_length(page.text) <= LIMIT
