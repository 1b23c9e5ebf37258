"""What a reader sees as one character, and how wide it is in a fixed-width font."""

from __future__ import annotations

import unicodedata

__all__ = ["parts_graphemes", "width"]

_JOINERS = {"\u200d"}
_WIDE = {"W", "F"}  # Unicode Standard Annex 11: wide and full-width
_NO_WIDTH = {"Mn", "Me", "Cf"}


def parts_graphemes(text: str, index: int) -> bool:
    """Whether a border before ``text[index]`` leaves what a reader sees as one character whole.

    The common cases of Unicode Standard Annex 29: marks, joiners, emoji modifiers, flags, CR LF.
    """
    before, after = text[index - 1], text[index]
    if before in _JOINERS or after in _JOINERS or unicodedata.category(after).startswith("M"):
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or (before == "\r" and after == "\n"):
        return False
    return not (_is_flag_half(after) and _flag_halves_before(text, index) % 2)


def width(text: str) -> int:
    """Columns that the text takes in a fixed-width font: Chinese characters and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_halves_before(text: str, index: int) -> int:
    count = 0
    while count < index and _is_flag_half(text[index - 1 - count]):
        count += 1
    return count
