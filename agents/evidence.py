"""What text was read in pictures, as rows, and which of them a question is about."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agents.glue import CHINESE, ENGLISH
from agents.language import CJK
from agents.shapes import looks_like
from agents.values import Box, Observation, ObservationKind, Outcome

__all__ = ["Row", "matching", "ranked", "rows", "stems"]

_LATIN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HAN_RUN = re.compile(f"[{CJK}]+")
_IRREGULAR = {"children": "child", "men": "man", "women": "woman", "people": "person", "feet": "foot"}
_CLEAR = 0.75  # a row scoring less than this share of the best one is not what the question is about
_OVERLAP = 0.5  # share of the lower height by which two boxes have to overlap to stand in one row


@dataclass(frozen=True, slots=True)
class Row:
    """Pieces of text that stand beside one another, left to right; ``indexes`` point at their observations."""

    text: str
    part: int
    confidence: float
    indexes: tuple[int, ...]


def rows(observations: Sequence[Observation]) -> list[Row]:
    """Text in images by rows, in reading order. A menu's price often is a piece of its own, far right of the dish."""
    found: list[Row] = []
    read = [
        (index, o)
        for index, o in enumerate(observations)
        if o.kind is ObservationKind.TEXT_IN_IMAGE and o.outcome is Outcome.PERCEIVED
    ]
    for part in dict.fromkeys(o.part for _, o in read):
        for group in _grouped([(index, o) for index, o in read if o.part == part]):
            text = " ".join(o.text for _, o in group)
            found.append(Row(text, part, min(o.confidence for _, o in group), tuple(index for index, _ in group)))
    return found


def _grouped(read: list[tuple[int, Observation]]) -> list[list[tuple[int, Observation]]]:
    """The pieces by rows, each row from left to right; pieces without a place stand alone."""
    groups: list[list[tuple[int, Observation]]] = []
    for piece in read:
        group = next((g for g in groups if all(_beside(piece[1].place, o.place) for _, o in g)), None)
        if group is None:
            groups.append([piece])
        else:
            group.append(piece)
    return [sorted(group, key=lambda piece: _left(piece[1].place)) for group in groups]


def _beside(one: object, other: object) -> bool:
    if not (isinstance(one, Box) and isinstance(other, Box)):
        return False
    if min(one.right, other.right) > max(one.left, other.left):
        return False
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap >= _OVERLAP * min(one.bottom - one.top, other.bottom - other.top)


def _left(place: object) -> float:
    return place.left if isinstance(place, Box) else 0.0


def stems(text: str) -> set[str]:
    """What a text can be matched by: Latin words without plural endings, and Chinese characters and their pairs.

    Words that claim nothing (``agents.glue``) are left out.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    found = {stem(word) for word in _LATIN.findall(text) if word not in ENGLISH and not _HAN_RUN.search(word)}
    for run in _HAN_RUN.findall(text):
        for word in CHINESE:
            run = run.replace(word, " ")
        for piece in run.split():
            found |= set(piece) | {piece[i : i + 2] for i in range(len(piece) - 1)}
    return found


def stem(word: str) -> str:
    """A Latin word without possessive and plural endings; what is left of short words stays whole."""
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _scores(question: str, candidates: Sequence[Row]) -> list[float]:
    """How much each row has in common with the question; what stands in many rows counts less."""
    asked = stems(question)
    held = [asked & stems(row.text) for row in candidates]
    often = Counter(item for items in held for item in items)
    return [sum((0.5 if len(item) == 1 else 1.0) / often[item] for item in items) for items in held]


def matching(question: str, candidates: Sequence[Row]) -> list[Row]:
    """The rows the question is about, in reading order: one when a single row clearly matches, none when none does.

    They share words with it; of these, those that look like what is asked for; and the only row that looks like it.
    """
    if not candidates:
        return []
    near = _scores(question, candidates)
    best = max(near, default=0.0)
    sharing = [best > 0 and score > _CLEAR * best for score in near]
    shaped = [looks_like(question, row.text) for row in candidates]
    both = [row for row, shares, fits in zip(candidates, sharing, shaped, strict=True) if shares and fits]
    if both:
        return both
    single = sum(shaped) == 1
    return [row for row, shares, fits in zip(candidates, sharing, shaped, strict=True) if shares or (fits and single)]


def ranked(question: str, candidates: Sequence[Row], keep: int) -> list[Row]:
    """At most ``keep`` rows, those nearest to the question, in reading order."""
    if len(candidates) <= keep:
        return list(candidates)
    near = _scores(question, candidates)
    order = sorted(range(len(candidates)), key=lambda i: (-near[i], i))[:keep]
    return [candidates[i] for i in sorted(order)]
