"""Whether an edited message still says the same, so that nothing has to be answered anew. Pure."""

from __future__ import annotations

import re
from itertools import zip_longest

__all__ = ["says_the_same"]

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_SHORTEST = 4  # letters of a word that can hold a slip of the finger; in shorter ones each letter counts


def says_the_same(before: str, after: str) -> bool:
    """Whether only case, punctuation or slips of the finger were changed.

    A slip is one letter too many, too few, or two that changed places, in a word without digits: a letter that became
    another may make another word.
    """
    return all(_same(one, other) for one, other in zip_longest(_words(before), _words(after), fillvalue=""))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _same(before: str, after: str) -> bool:
    if before == after:
        return True
    if max(len(before), len(after)) < _SHORTEST or not (before + after).isascii() or not (before + after).isalpha():
        return False
    return _slipped(before, after) or _slipped(after, before)


def _slipped(right: str, typed: str) -> bool:
    """Whether ``typed`` lacks one letter of ``right``, or has two neighbours in each other's place."""
    if len(typed) == len(right) - 1:
        return any(right[:place] + right[place + 1 :] == typed for place in range(len(right)))
    swapped = (right[:place] + right[place + 1] + right[place] + right[place + 2 :] for place in range(len(right) - 1))
    return len(typed) == len(right) and typed in swapped
