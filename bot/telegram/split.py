"""Splitting a long text into messages at natural borders.

Telegram takes 4096 characters a message and counts them as UTF-16 code units; it refuses blank messages and trims
white space at the ends of others.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LIMIT", "split", "utf16_length"]

LIMIT = 4096  # UTF-16 units; https://core.telegram.org/bots/api#sendmessage
_BLANK = "…"
# Best first: between paragraphs, lines, sentences, words. Each matches what stays with the piece before the border.
_BORDERS = tuple(
    re.compile(border) for border in (r"\n[ \t\r]*\n\s*", r"\n", r"[.!?…]+[\"')\]]*\s+|[。！？；]+", r"\s+|，")
)
_JOINERS = {"\u200d"}


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Pieces of at most ``limit`` (>= 2) UTF-16 units, none of them blank, at least one.

    Joined, they are the text again, but for white space where a piece would be blank. Blank text gives an ellipsis.
    """
    pieces = []
    start = 0
    while start < len(text):
        end = _fitting(text, start, limit)
        if end < len(text):
            end = _border(text, start, end)
        pieces.append(text[start:end])
        start = end
    return [piece for piece in pieces if piece.strip()] or [_BLANK]


def _fitting(text: str, start: int, limit: int) -> int:
    """The furthest end that keeps ``text[start:end]`` within the limit."""
    units = 0
    for index in range(start, min(len(text), start + limit)):
        units += 2 if text[index] > "\uffff" else 1
        if units > limit:
            return index
    return min(len(text), start + limit)


def _border(text: str, start: int, end: int) -> int:
    """The last best border past the window's first third; failing that, the last between two graphemes."""
    least = start + (end - start) // 3
    for pattern in _BORDERS:
        borders = [match.end() for match in pattern.finditer(text, least, end)]
        if borders and borders[-1] > start:
            return borders[-1]
    for index in range(end, least, -1):
        if _parts_graphemes(text, index):
            return index
    return end


def _parts_graphemes(text: str, index: int) -> bool:
    """Whether a border before ``text[index]`` leaves what a reader sees as one character whole.

    The common cases of Unicode Standard Annex 29: marks, joiners, emoji modifiers, flags, CR LF.
    """
    before, after = text[index - 1], text[index]
    if before in _JOINERS or after in _JOINERS or unicodedata.category(after).startswith("M"):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or (before == "\r" and after == "\n"):
        return False
    return not (_is_flag_half(after) and _flag_halves_before(text, index) % 2)


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, index: int) -> int:
    count = 0
    while count < index and _is_flag_half(text[index - 1 - count]):
        count += 1
    return count
