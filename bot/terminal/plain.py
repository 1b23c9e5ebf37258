"""Text from people and models made safe to print: no escape sequences, no invisible direction changes."""

from __future__ import annotations

import unicodedata

__all__ = ["plain"]


_KEPT = "\n\t\u200d"
_REPLACED = {"Cc", "Cf", "Cs"}


def plain(text: str) -> str:
    """Replace control and format characters (Unicode categories Cc, Cf, Cs) by U+FFFD; newline, tab, joiners stay."""
    return "".join("\ufffd" if _unsafe(character) else character for character in text)


def _unsafe(character: str) -> bool:
    return character not in _KEPT and unicodedata.category(character) in _REPLACED
