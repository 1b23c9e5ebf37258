"""Whether the words of a reply are words that were observed or said, or claim nothing (``agents.glue``)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.evidence import stem
from agents.glue import CHINESE, ENGLISH
from agents.language import CJK
from agents.numerals import numbers

__all__ = ["Lexicon", "folded"]

_LATIN = re.compile(rf"(?:(?![{CJK}])[^\W\d_])+(?:['’](?:(?![{CJK}])[^\W\d_])+)?")
_SENTENCE_END = re.compile(r"[.!?\n]+(?:\s|$)")
_HAN_RUN = re.compile(f"[{CJK}]+")
_GLUE = frozenset(CHINESE)
_LONGEST_PIECE = 12
_SQUASHED_FROM = 4  # letters from which a word may be found inside words that were read without blanks


def folded(text: str) -> str:
    """Compatibility forms and case folded, so that the same words compare equal."""
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


def _squashed(text: str) -> str:
    return "".join(sign for sign in folded(text) if sign.isalnum())


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of observations (``seen``) and of the user (``known``, the former included)."""

    seen: frozenset[str]
    known: frozenset[str]
    seen_text: str
    known_text: str
    own_signs: frozenset[str]

    @classmethod
    def of(cls, observed: Sequence[str], said: Sequence[str]) -> Lexicon:
        seen, own = _words(observed), _words(said)
        seen_text = "\n".join(map(_squashed, observed))
        own_text = "\n".join(map(_squashed, said))
        return cls(seen, seen | own, seen_text, f"{seen_text}\n{own_text}", frozenset(own_text))

    def covers(self, reply: str) -> bool:
        """Every content word was observed or said by the user; number words are checked as numbers elsewhere."""
        text = folded(reply)
        return all(self._has(word) for word in _LATIN.findall(text)) and all(
            self._han(run) for run in _HAN_RUN.findall(text)
        )

    def mostly_covers(self, reply: str) -> bool:
        """In every sentence at least half of the Latin content words were observed or said."""
        for sentence in _SENTENCE_END.split(folded(reply)):
            words = [word for word in _LATIN.findall(sentence) if word not in ENGLISH]
            if 2 * sum(not self._has(word) for word in words) > len(words):
                return False
        return True

    def covers_names(self, reply: str) -> bool:
        """Every word that begins with a capital was observed, said, or claims nothing."""
        words = _LATIN.findall(unicodedata.normalize("NFKC", reply))
        return all(self._has(folded(word)) for word in words if word[0].isupper())

    def quotes(self, passage: str) -> bool:
        """The passage stands in one observation, or in the user's words, just so but for blanks and punctuation."""
        return _squashed(passage) in self.known_text

    def rests_on(self, reply: str) -> bool:
        """At least one content word was observed."""
        text = folded(reply)
        if any(stem(word) in self.seen for word in _LATIN.findall(text) if word not in ENGLISH):
            return True
        return any(self._seen_piece(run) for run in _HAN_RUN.findall(text))

    def _has(self, word: str) -> bool:
        if word in ENGLISH or stem(word) in self.known or numbers(word):
            return True
        return len(word) >= _SQUASHED_FROM and word in self.known_text

    def _han(self, run: str) -> bool:
        """Whether the run can be cut into pieces that were observed or said, numerals, and words that claim nothing."""
        reached = [True] + [False] * len(run)
        for start in range(len(run)):
            if reached[start]:
                for end in range(start + 1, min(start + _LONGEST_PIECE, len(run)) + 1):
                    reached[end] = reached[end] or self._piece(run[start:end])
        return reached[-1]

    def _piece(self, piece: str) -> bool:
        if piece in _GLUE or (len(piece) == 1 and (piece in self.own_signs or bool(numbers(piece)))):
            return True
        return len(piece) > 1 and piece in self.known_text

    def _seen_piece(self, run: str) -> bool:
        pairs = (run[i : i + 2] for i in range(len(run) - 1))
        return any(pair in self.seen_text and pair not in _GLUE for pair in pairs)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for text in texts for word in _LATIN.findall(folded(text)))
