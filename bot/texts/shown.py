"""Facts as a sentence shows them. In a catalogue, ``{label:a}`` and its like ask for more than the bare text.

``a``: with the English indefinite article, ``an espresso``. ``language``: a BCP 47 tag as the language's name in the
sentence's language, ``French``, ``法语``. ``or``: a list as a choice, ``a, b, or c``, ``a、b或c``. ``thing``: what a
photo shows, or several such as a choice, by the names in ``things.toml``. ``answer``: a short answer about a photo, by
those in ``answers.toml``. ``duration``: seconds as a time to wait, rounded up: ``25 seconds``, ``2 minutes``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_timedelta
from babel.lists import format_list

__all__ = ["Shown", "answers", "things"]

_BABELS_TAGS = {"jw": "jv", "tl": "fil"}  # tags of Whisper that CLDR writes otherwise


class Shown:
    """One fact on its way into a sentence in ``language``."""

    def __init__(self, fact: object, language: str) -> None:
        self._fact = fact
        self._language = language

    def __format__(self, spec: str) -> str:
        if spec == "a":
            return _with_article(str(self._fact))
        if spec == "language":
            return _language_name(str(self._fact), self._language)
        if spec == "or":
            items = self._fact if isinstance(self._fact, list | tuple) else [self._fact]
            return format_list([str(item) for item in items], "or", self._language)
        if spec == "thing":
            items = self._fact if isinstance(self._fact, list | tuple) else [self._fact]
            return format_list(
                [things(self._language).get(str(item), str(item)) for item in items], "or", self._language
            )
        if spec == "answer":
            told = str(self._fact)
            return answers(self._language).get(told.lower().rstrip(" ."), told)
        if spec == "duration":
            wait = self._fact
            return _duration(wait, self._language) if isinstance(wait, int | float) else str(wait)
        return format(self._fact, spec)


def things(language: str) -> Mapping[str, str]:
    """Names of things by their English names."""
    return _table("things", language)


def answers(language: str) -> Mapping[str, str]:
    """Short answers and moods by what models call them in English."""
    return _table("answers", language)


@cache
def _table(name: str, language: str) -> Mapping[str, str]:
    told: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
    return told.get(language, {})


def _duration(seconds: float, language: str) -> str:
    """To five seconds below a minute, to minutes below an hour, and then to hours."""
    step = 5 if seconds <= 55 else 60 if seconds <= 59 * 60 else 3600
    return format_timedelta(timedelta(seconds=max(math.ceil(seconds / step), 1) * step), threshold=1, locale=language)


def _with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}" if noun else noun


def _language_name(tag: str, language: str) -> str:
    """The name, or the tag itself where nobody knows it."""
    names = Locale(language).languages
    primary = tag.replace("_", "-").split("-")[0].lower()
    return str(names.get(_BABELS_TAGS.get(primary, primary), tag))
