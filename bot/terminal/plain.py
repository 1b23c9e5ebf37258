"""Text from people and models made safe to print: no escape sequences, no invisible direction changes."""

from __future__ import annotations

import unicodedata

__all__ = ["plain"]


def plain(text: str) -> str:
    """Replace control and format characters (Unicode categories Cc, Cf, Cs) but newline, tab and joiners by U+FFFD."""
    return "".join(
        character
        if character in "\n\t\u200d" or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
        else "\ufffd"
        for character in text
    )
