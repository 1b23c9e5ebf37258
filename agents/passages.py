"""Of a document that is too long, the passages a question is about: a pure function, so that prompts stay the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from agents.evidence import stems
from agents.hostile import reads_like_instructions
from agents.language import cjk_share
from agents.untrusted import shortened

__all__ = ["GAP", "excerpt", "is_near", "passages", "room_of"]

GAP = "[…]"
_PASSAGE = 400  # characters: some lines together, or a part of a long one
_BEGINNING = 6  # the part of the room that its beginning gets, which tells what it is: a sixth
_SAMPLE = 2_000  # characters that tell the script
_CACHED = 32
_RARELY = 4  # a word that stands in more than a quarter of the passages tells none of them apart


def room_of(text: str, tokens: int) -> int:
    """Characters of a text like this that so many tokens hold, from below."""
    return tokens if cjk_share(text[:_SAMPLE]) > 0.2 else 3 * tokens


@lru_cache(_CACHED)
def excerpt(text: str, question: str, room: int) -> str:
    """The text in about ``room`` characters: what it begins with, and the passages nearest to the question.

    Gaps are visible. Where nothing is near, its beginning and its end. Passages that read like instructions to a model
    are left out; empty, where all do.
    """
    text = _harmless(text)
    if len(text) <= room:
        return text
    pieces = passages(text)
    near = _nearness(question, pieces)
    if max(near) <= 0:
        return shortened(text, room)
    order = sorted(range(len(pieces)), key=lambda place: (-near[place], place))
    first = [place for place in range(len(pieces)) if sum(map(len, pieces[: place + 1])) <= room // _BEGINNING]
    chosen: list[int] = []
    for place in dict.fromkeys([*first, *(place for place in order if near[place] > 0), *range(len(pieces))]):
        room -= len(pieces[place]) + len(GAP) + 2
        if room < 0:
            break
        chosen.append(place)
    return _joined(pieces, sorted(chosen or order[:1]))


@lru_cache(_CACHED)
def is_near(question: str, text: str) -> bool:
    """Whether some passages, and not most of them, share words with the question."""
    pieces = [piece.lower() for piece in passages(text)]
    often = (sum(item in piece for piece in pieces) for item in stems(question) if len(item) > 1)
    return any(0 < count <= len(pieces) // _RARELY for count in often)


def _nearness(question: str, pieces: Sequence[str]) -> list[float]:
    """How much each piece has in common with the question; what stands in many pieces counts less.

    Words are looked for as they are written: taking every word of a book apart would take seconds.
    """
    asked = stems(question)
    held = [{item for item in asked if item in piece} for piece in map(str.lower, pieces)]
    often = Counter(item for items in held for item in items)
    return [sum((0.5 if len(item) == 1 else 1.0) / often[item] for item in items) for items in held]


def _harmless(text: str) -> str:
    """The text without passages that, alone or with the next one, read like instructions to a model."""
    if not reads_like_instructions([text]):
        return text
    pieces = passages(text)
    pairs = zip(pieces, [*pieces[1:], ""], strict=True)
    speaking = [reads_like_instructions([one]) for one in pieces]
    speaking = [
        own or (reads_like_instructions([one, other]) and not reads_like_instructions([other]))
        for own, (one, other) in zip(speaking, pairs, strict=True)
    ]
    if not any(speaking):
        return text
    left = [place for place, speaks in enumerate(speaking) if not speaks]
    return _joined(pieces, left) if left else ""


def _joined(pieces: list[str], chosen: list[int]) -> str:
    found: list[str] = []
    last = -1
    for place in chosen:
        if place != last + 1:
            found.append(GAP)
        found.append(pieces[place])
        last = place
    if last != len(pieces) - 1:
        found.append(GAP)
    return "\n".join(found)


def passages(text: str) -> list[str]:
    """The text in pieces of some 400 characters, which end where lines do."""
    pieces: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and sum(map(len, lines)) + len(line) > _PASSAGE:
            pieces.append("\n".join(lines))
            lines = []
        while len(line) > 2 * _PASSAGE:
            pieces.append(line[:_PASSAGE])
            line = line[_PASSAGE:]
        lines.append(line)
    return [piece for piece in (*pieces, "\n".join(lines)) if piece.strip()]
