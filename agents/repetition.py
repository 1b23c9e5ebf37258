"""Small models get caught in loops: the same words, lines or characters again and again. Streams are cut there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from agents.ending import closed, ended

__all__ = ["Bounded", "loop_start"]

_LOOKED_AT = 1_600  # characters at the end that are looked at for a loop
_LONGEST_UNIT = 400
_END = 4  # characters; whatever is a loop (see _allowed) repeats at least so many
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？\n]*")
_ENDS = ".!?。！？\n"
_CLOSING = 3  # characters that may stand from a sentence's end on: quotation marks, brackets
_SENTENCES = 10  # the last ones that are compared
_SAME_SENTENCE = 3
_SHORTEST_SENTENCE = 12  # characters; Chinese says in 6 what English says in 12
_AROUND = re.compile(r"^\W*(?:\d+[.):、]?\W*)?|\W+$")  # the number in a list, and signs around the words


def _allowed(unit: str) -> int:
    """How often a unit may follow itself: laughter and rules of dashes are long runs of few signs."""
    if not any(sign.isalnum() for sign in unit):
        return 60 // len(unit) + 3
    if len(unit) == 1:
        return 11
    return 5 if len(unit) <= 4 else 3 if len(unit) < 20 else 2


def loop_start(text: str) -> int | None:
    """Where a loop at the end of the text begins to repeat itself, that is, after its first round; else ``None``."""
    tail = text[-_LOOKED_AT:]
    offset = len(text) - len(tail)
    for length in _distances(tail):
        unit = tail[-length:]
        if tail[-2 * length : -length] != unit:
            continue
        rounds = 2
        while tail[-(rounds + 1) * length : -rounds * length] == unit:
            rounds += 1
        if rounds > _allowed(unit):
            return offset + len(tail) - (rounds - 1) * length
    return _same_sentence(tail, offset) if _has_ended(tail) else None


def _has_ended(tail: str) -> bool:
    """Whether a sentence ended just now; one that goes on cannot be compared yet."""
    return any(sign in _ENDS for sign in tail[-_CLOSING:])


def _distances(tail: str) -> Iterator[int]:
    """How far back the last few characters stand once more, nearest first: only so long can a unit be that repeats."""
    if len(tail) < 2 * _END:
        return
    end = tail[-_END:]
    least = max(len(tail) - 2 * _LONGEST_UNIT, 0)
    at = tail.rfind(end, least, len(tail) - 1)
    while at >= 0 and (length := len(tail) - len(end) - at) <= min(_LONGEST_UNIT, len(tail) // 2):
        yield length
        at = tail.rfind(end, least, at + len(end) - 1)


def _same_sentence(tail: str, offset: int) -> int | None:
    """Where a sentence that keeps coming back, its number in a list aside, comes the second time."""
    last = _last_words(tail)
    wide = sum(2 if sign > "\u2e80" else 1 for sign in last[:_SHORTEST_SENTENCE])
    if wide < _SHORTEST_SENTENCE or tail.lower().count(last) < _SAME_SENTENCE:
        return None  # as nearly always, and found out at a tenth of the cost
    found = list(_SENTENCE.finditer(tail))[-_SENTENCES:]
    said = [_AROUND.sub("", match.group()).lower() for match in found]
    if Counter(said)[last] < _SAME_SENTENCE:
        return None
    second = [match for match, words in zip(found, said, strict=True) if words == last][1]
    return offset + second.start()


def _last_words(tail: str) -> str:
    """The words of the last sentence that has any among the last few, empty when none has."""
    for _ in range(_SENTENCES):
        tail = tail.rstrip(_ENDS)
        start = max(tail.rfind(sign) for sign in _ENDS) + 1
        if words := _AROUND.sub("", tail[start:]).lower():
            return words
        tail = tail[:start]
    return ""


class Bounded:
    """A reply as it streams in, bounded in length and cut when it loops.

    ``take`` returns whether more is wanted; ``text`` is what is kept so far; ``cut`` is ``loop``, ``length`` or
    ``None``.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self.text = ""
        self.cut: str | None = None

    def take(self, piece: str) -> bool:
        if self.cut:
            return False
        whole = self.text + piece
        self.text = whole[: self._longest]  # a piece may itself be longer than a reply
        if (start := loop_start(self.text)) is not None:
            self.text, self.cut = closed(self.text[:start].rstrip()), "loop"
        elif len(whole) > self._longest:
            self.break_off()
        return self.cut is None

    def break_off(self) -> None:
        """More was to come, and will not: what is kept ends where a reader would pause."""
        if not self.cut:
            self.text, self.cut = ended(self.text), "length"
