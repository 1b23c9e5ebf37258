"""Text from people and models made safe to print: no escape sequences, no invisible direction changes."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["escaped", "plain"]


_KEPT = "\n\t\u200d"
_REPLACED = {"Cc", "Cf", "Cs"}
# What JSON lets through and a terminal obeys, or a reader of lines takes for their end: DEL, C1, format characters.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def plain(text: str) -> str:
    """Replace control and format characters (Unicode categories Cc, Cf, Cs) by U+FFFD; newline, tab, joiners stay."""
    return "".join("\ufffd" if _unsafe(character) else character for character in text)


def _unsafe(character: str) -> bool:
    return character not in _KEPT and unicodedata.category(character) in _REPLACED


def escaped(json: str) -> str:
    """JSON that says the same with every character escaped that a terminal might obey."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", json)
