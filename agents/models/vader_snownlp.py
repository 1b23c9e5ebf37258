"""The mood of a text by lexicon and counting: VADER for English, SnowNLP for Chinese, by the script of the text.

``vader-snownlp:builtin?option=value``. Options: ``sure`` and ``half`` (per cent: from where a mood may be said plainly,
and from where as a guess). Each half is loaded at the first text in its script: VADER takes 10 MB, SnowNLP 400 MB and
some seconds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable, ReferenceInvalid
from agents.language import CJK, cjk_share
from agents.models.excerpt import excerpt
from agents.models.footprint import Footprint
from agents.models.options import Options
from agents.ports import Card
from agents.values import Finding

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["VaderSnowNlp"]

_NAME = "builtin"
_KNOWN = frozenset({"sure", "half"})
_LONGEST = 1000  # characters that are read; SnowNLP takes 0.4 s for them
_CHINESE = 0.5  # the share of Han among the letters
_ACCENTED = re.compile("[\u00c0-\u024f]")
_FOREIGN = re.compile("[\u0370-\u1fff\u3040-\u30ff\uac00-\ud7af]")  # Greek, Cyrillic, kana, Hangul and all others
_WORD, _LETTER = re.compile(r"[a-z']+"), re.compile(r"[^\W\d_]")
# VADER takes German "die" for English. A sentence without one of these is not taken for English: words and pairs that
# German, French, Spanish and Italian lack.
_ENGLISH = frozenset(
    "and are been but could did does do doesn't don't for from get got had have her his how i'd i'll i'm is isn't it "
    "it's just my not of our out she than that that's the their them they this to too very we were what when where "
    "which who why with would you your you're".split()
) | {f"i {verb}" for verb in "am was feel love hate like want need think hope".split()}
_SHORT = 3  # words of an exclamation, which needs none of them
_VADER_NEUTRAL = 0.05  # of the compound score, as VADER's authors set it (cjhutto/vaderSentiment, README)
# SnowNLP was trained on reviews of goods, where noodles are bad and grandmothers good. So its verdict is taken only
# when it is clear and one word tells by itself: one it has seen often enough, three times as often in one mood.
_CLEAR, _OFTEN, _TELLING = 0.4, 30, math.log(3)
_AT_WORK = 430_000_000  # bytes of both halves, nearly all of them SnowNLP's, measured (tests/footprints)


class VaderSnowNlp:
    """Fills :class:`agents.ports.SentimentReader`: no finding for a text that is neither English nor Chinese.

    Its confidence is how far the verdict is from its middle, in [0, 1]: VADER's compound score, or twice the distance
    of SnowNLP's probability from one half; for ``neutral`` what that leaves of 1, and half of it in Chinese, since
    SnowNLP knows no neutral. It is a strength, no probability.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        if reference.name != _NAME:
            raise ReferenceInvalid(str(reference), f"no lexicon {reference.name}", f"write vader-snownlp:{_NAME}")
        options = Options(reference, _KNOWN)
        sure, half = options.whole("sure", 60, 1, 100), options.whole("half", 40, 1, 100)
        return Card(
            reference=str(reference),
            languages=frozenset({"en", "zh"}),
            sure_from=sure / 100,
            half_from=min(half, sure) / 100,
            confidence="distance of the verdict from its middle: a strength, no probability",
            together=8,
        )

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        cls.declare(reference)
        return Footprint(_AT_WORK)

    def __init__(self, reference: ModelReference, folder: Path | None = None) -> None:
        self.card = self.declare(reference)
        self._vader: Any = None
        self._snow: Any = None

    def read_sentiment(self, texts: Sequence[str]) -> list[list[Finding]]:
        return [self._read(excerpt(text, _LONGEST)) for text in texts]

    def _read(self, text: str) -> list[Finding]:
        if cjk_share(text) >= _CHINESE and not _FOREIGN.search(text):
            return [self._chinese(text)]
        if not _is_english(text):
            return []
        found = self._english(text)
        # of signs and emoji alone VADER knows some; what it does not know is not neutral
        return [] if found.text == "neutral" and not _LETTER.search(text) else [found]

    def _english(self, text: str) -> Finding:
        if self._vader is None:
            try:
                from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
            except ImportError as exc:
                raise ModelUnavailable(self.card.reference, "vaderSentiment is missing; run `make install`") from exc
            self._vader = SentimentIntensityAnalyzer()
        compound = float(self._vader.polarity_scores(text)["compound"])
        if abs(compound) < _VADER_NEUTRAL:
            return Finding("neutral", 1.0 - abs(compound), "en")
        return _mood(compound, "en")

    def _chinese(self, text: str) -> Finding:
        if self._snow is None:
            try:
                import snownlp.normal
                import snownlp.sentiment
            except ImportError as exc:
                raise ModelUnavailable(self.card.reference, "snownlp is missing; run `make install`") from exc
            self._snow = snownlp
        simplified = self._snow.normal.zh2hans(text)
        verdict = 2 * float(self._snow.sentiment.classify(simplified)) - 1
        words = self._snow.sentiment.classifier.handle(simplified)
        told = abs(verdict) >= _CLEAR and any(self._tells(word, verdict) for word in words)
        if not told:  # SnowNLP knows no neutral: that nothing tells a mood is half a reason
            return Finding("neutral", (1.0 - abs(verdict)) / 2, "zh")
        return _mood(verdict, "zh")

    def _tells(self, word: str, verdict: float) -> bool:
        """Whether the word by itself speaks for the verdict."""
        moods = self._snow.sentiment.classifier.classifier.d
        seen = sum(mood.d.get(word, 0) for mood in moods.values())
        odds = math.log(moods["pos"].freq(word) / moods["neg"].freq(word))
        return seen >= _OFTEN and math.copysign(odds, odds * verdict) >= _TELLING


def _mood(verdict: float, language: str) -> Finding:
    """``verdict`` is from -1, negative, to 1, positive."""
    return Finding("positive" if verdict > 0 else "negative", min(1.0, abs(verdict)), language)


def _is_english(text: str) -> bool:
    """By its words: short exclamations and signs pass, longer texts need a word that other languages lack."""
    if not text.strip() or _FOREIGN.search(text) or re.search(f"[{CJK}]", text):
        return False
    words = _WORD.findall(text.lower().replace("\u2019", "'"))
    known = sum(word in _ENGLISH for word in (*words, *map(" ".join, pairwise(words))))
    return known > 1 if _ACCENTED.search(text) else known > 0 or len(words) <= _SHORT
