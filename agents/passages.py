"""Of a document that is too long, the passages a question is about: a pure function, so that prompts stay the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate

from agents.evidence import stems
from agents.hostile import reads_like_instructions
from agents.kept import Kept
from agents.language import cjk_share
from agents.shapes import looks_like
from agents.untrusted import shortened

__all__ = ["GAP", "excerpt", "is_about", "is_near", "nearest", "passages", "room_of"]

GAP = "[…]"
_PASSAGE = 400  # characters: some lines together, or a part of a long one
_BEGINNING = 6  # the part of the room that its beginning gets, which tells what it is: a sixth
_SAMPLE = 2_000  # characters that tell the script
_QUESTIONS = 256  # whose words are remembered
_KEPT = 4_000_000  # characters of excerpts: those of hundreds of documents
_CLEAR = 0.75  # a passage with less than this share of what the best one has is not what the question is about
_RARELY = 4  # a word that stands in more than a quarter of the passages tells none of them apart
_ASIDE = frozenset("again exactly please remind earlier before actually really once know tell me".split())

_kept = Kept(_KEPT)


def room_of(text: str, tokens: int) -> int:
    """Characters of a text like this that so many tokens hold, from below."""
    return tokens if cjk_share(text[:_SAMPLE]) > 0.2 else 3 * tokens


def excerpt(text: str, question: str, room: int) -> str:
    """The text in about ``room`` characters: what it begins with, and the passages nearest to the question.

    Gaps are visible. Where nothing is near, its beginning and its end. Passages that read like instructions to a model
    are left out; empty, where all do. Excerpts are kept, by the words of the question rather than by its signs.
    """
    mark, asked = _mark(text), _words(question)
    harmless = _kept.of(mark, text, lambda: _harmless(text))
    if len(harmless) <= room:
        return harmless
    return _kept.of((mark, asked, room), text, lambda: _excerpt(harmless, asked, room))


def _mark(text: str) -> bytes:
    """Tells texts apart, and is smaller than they are."""
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest()


@lru_cache(_QUESTIONS)
def _words(question: str) -> frozenset[str]:
    return frozenset(stems(question))


def _excerpt(text: str, asked: AbstractSet[str], room: int) -> str:
    pieces = passages(text)
    near = _nearness(asked, pieces)
    if max(near) <= 0:
        return shortened(text, room)
    order = sorted(range(len(pieces)), key=lambda place: (-near[place], place))
    ends = accumulate(map(len, pieces))
    first = [place for place, end in enumerate(ends) if end <= room // _BEGINNING]
    chosen: list[int] = []
    for place in dict.fromkeys([*first, *(place for place in order if near[place] > 0), *range(len(pieces))]):
        room -= len(pieces[place]) + len(GAP) + 2
        if room < 0:
            break
        chosen.append(place)
    return _joined(pieces, sorted(chosen or order[:1]))


def is_near(question: str, text: str) -> bool:
    """Whether some passages, and not most of them, share words with the question."""
    pieces = [piece.lower() for piece in passages(text)]
    often = (sum(item in piece for piece in pieces) for item in _words(question) if len(item) > 1)
    return any(0 < count <= len(pieces) // _RARELY for count in often)


def is_about(question: str, text: str) -> bool:
    """Whether a single passage has most words of the question, so that the question lives from this text.

    Half of the pairs of Chinese characters are enough: pairs run across the ends of words.
    """
    asked = _words(question) - _ASIDE
    pairs = frozenset(item for item in asked if len(item) > 1)
    least = (0.5 if pairs and cjk_share(question) > 0.2 else _CLEAR) * len(pairs or asked)
    asked = pairs or asked
    hopeful = (piece for piece, held in _holding(asked, passages(text)) if len(held) >= least)
    return bool(asked) and any(len(asked & stems(piece)) >= least for piece in hopeful)


def _holding(asked: AbstractSet[str], pieces: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
    """Each piece with the words that stand in it as they are written.

    Taking every word of a book apart would take seconds.
    """
    for piece in pieces:
        small = piece.lower()
        yield piece, {item for item in asked if item in small}


def nearest(question: str, text: str, most: int) -> list[str]:
    """The passages the question is about, in reading order: rather those that look like what is asked for."""
    pieces = passages(text)
    near = _nearness(_words(question), pieces)
    best = max(near, default=0.0)
    about = [piece for piece, score in zip(pieces, near, strict=True) if best > 0 and score > _CLEAR * best]
    return ([piece for piece in about if looks_like(question, piece)] or about)[:most]


def _nearness(asked: AbstractSet[str], pieces: Sequence[str]) -> list[float]:
    """How much each piece has in common with the question; what stands in many pieces counts less."""
    held = [words for _, words in _holding(asked, pieces)]
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
