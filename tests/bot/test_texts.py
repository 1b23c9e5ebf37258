"""Every sentence exists in both languages and takes the same facts."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from bot.texts import LANGUAGES, Texts, language_of


def facts(key: str, language: str) -> set[str]:
    from bot.texts import _catalogue

    return {name for _, name, _, _ in Formatter().parse(_catalogue(language)[key]) if name}


def test_languages_have_the_same_sentences() -> None:
    texts = Texts()
    assert texts.keys("en") == texts.keys("zh")
    assert texts.keys("en")


@pytest.mark.parametrize("key", sorted(Texts().keys("en")))
def test_a_sentence_takes_the_same_facts_in_every_language_and_is_not_empty(key: str) -> None:
    assert len({frozenset(facts(key, language)) for language in LANGUAGES}) == 1
    assert all(Texts().say(key, language, **dict.fromkeys(facts(key, language), "x")).strip() for language in LANGUAGES)


def chinese(looked_for: str) -> list[str]:
    """The keys of the Chinese sentences that hold it, a regular expression."""
    from bot.texts import _catalogue

    return [key for key, text in _catalogue("zh").items() if re.search(looked_for, text)]


def test_chinese_readers_are_addressed_politely_everywhere() -> None:
    assert chinese("您")
    assert chinese("你") == []


def test_chinese_sentences_have_chinese_punctuation() -> None:
    assert chinese("[一-鿿]。")
    assert chinese(r"[一-鿿][,;:?!()]|[,;:?!()][一-鿿]|[一-鿿]\.(?!\w)|[\"']") == []


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-hans", "zh"), ("zh_CN", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "en"), ("", "en")],
)
def test_the_senders_locale_chooses_the_language(locale: str | None, language: str) -> None:
    assert language_of(locale) == language


def test_facts_are_not_read_as_placeholders() -> None:
    assert "{0.__class__}" in Texts().say("desk.denied", "en", id="{0.__class__}")
