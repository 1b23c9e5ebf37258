"""User-facing sentences, in English and Simplified Chinese, as gettext catalogues keyed by short names.

``<language>/<domain>.po`` holds the sentences of one domain; a key is ``domain.name``. ``shown.py`` tells what a
placeholder may ask of its fact.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from bot.texts.shown import Shown

__all__ = ["LANGUAGES", "Texts", "language_of"]

LANGUAGES = ("en", "zh")
_HERE = Path(__file__).parent


@cache
def _catalogue(language: str) -> dict[str, str]:
    sentences = {}
    for path in sorted((_HERE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    sentences[f"{path.stem}.{message.id}"] = str(message.string)
    return sentences


def language_of(locale: str | None) -> str:
    """The language of ours that fits a BCP 47 tag best; English when none does."""
    return "zh" if locale and locale.lower().replace("_", "-").split("-")[0] in {"zh", "yue", "cmn"} else "en"


class Texts:
    """Fills ``agents.ports.Wording``. An unknown key is a programming error and raises KeyError."""

    def say(self, key: str, language: str, **facts: object) -> str:
        return _catalogue(language)[key].format(**{name: Shown(fact, language) for name, fact in facts.items()})

    def domain(self, name: str, language: str) -> dict[str, str]:
        """The sentences of one domain as they are written, for a reader that fills in the facts itself."""
        prefix = f"{name}."
        return {key.removeprefix(prefix): text for key, text in _catalogue(language).items() if key.startswith(prefix)}

    def keys(self, language: str) -> frozenset[str]:
        return frozenset(_catalogue(language))
