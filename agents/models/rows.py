"""Pieces of text found in a picture, put together into the rows a person reads: a dish and its price are one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.values import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Piece", "rows"]

_OVERLAP = 0.5  # of the lower piece's height that two pieces of one row share at least
_HEIGHTS = 2.5  # how many times higher one piece of a row may be than another: more is a headline beside small print
_PROSE = 30  # characters; two pieces this long side by side are columns of running text, not a row


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with its confidence in [0, 1] and its place in pixels."""

    text: str
    score: float
    box: Box

    @property
    def height(self) -> float:
        return self.box.bottom - self.box.top

    @property
    def upright(self) -> bool:
        """Whether it is written downwards, as Chinese and Japanese may be."""
        return len(self.text) > 1 and self.height > 2 * (self.box.right - self.box.left)


def rows(pieces: Iterable[Piece]) -> list[Piece]:
    """Rows from top to bottom, each joined from left to right; a row's score is its least certain piece's."""
    gathered: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box.left, piece.box.top)):
        row = next((row for row in gathered if _beside(row[-1], piece)), None)
        if row is None:
            gathered.append([piece])
        else:
            row.append(piece)
    return sorted((_joined(row) for row in gathered), key=lambda row: (row.box.top + row.box.bottom, row.box.left))


def _beside(left: Piece, right: Piece) -> bool:
    """Whether ``right`` goes on the row that ends with ``left``."""
    if left.upright or right.upright or min(len(left.text), len(right.text)) >= _PROSE:
        return False
    lower, higher = sorted((left.height, right.height))
    shared = min(left.box.bottom, right.box.bottom) - max(left.box.top, right.box.top)
    apart = right.box.left >= left.box.left + (left.box.right - left.box.left) / 2
    return apart and shared >= _OVERLAP * lower and higher <= _HEIGHTS * lower


def _joined(row: Sequence[Piece]) -> Piece:
    boxes = [piece.box for piece in row]
    return Piece(
        " ".join(piece.text for piece in row),
        min(piece.score for piece in row),
        Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        ),
    )
