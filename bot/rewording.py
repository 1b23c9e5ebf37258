"""Whether an edited message still says the same, so that nothing has to be answered anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

__all__ = ["known_words", "says_the_same"]

# Words, and every other sign that is more than the punctuation of a sentence.
_TOKEN = re.compile(r"[^\W_]+|[^\s\w.,!?;:'\"…。，！？；：、“”‘’]|_")
_MOST = 400  # words looked at; a longer text that changed is another text

Known = Callable[[Collection[str]], Collection[str]]


def known_words(words: Collection[str]) -> Collection[str]:
    """Those of the words that stand in a dictionary of English.

    It is read each time, which takes 0.3 s, rather than kept, which would take 40 MB: edits are rare.
    """
    from spellchecker import SpellChecker

    return set(SpellChecker(language="en").known(words))


def says_the_same(before: str, after: str, known: Known = known_words) -> bool:
    """Whether only case, punctuation or slips of the finger were changed.

    A slip is what is no word, and became one when one letter was added, taken away, replaced, or changed places with
    its neighbour. So ``angel`` and ``angle`` are two questions.
    """
    old, new = _TOKEN.findall(before.casefold()), _TOKEN.findall(after.casefold())
    changed = {(one, other) for one, other in zip(old, new, strict=False) if one != other}
    if len(old) != len(new) or len(old) > _MOST or not all(_are_words(*pair) for pair in changed):
        return False
    if not all(_a_letter_apart(*pair) for pair in changed):
        return False
    words = known([word for pair in changed for word in pair]) if changed else ()
    return all(one not in words and other in words for one, other in changed)


def _are_words(*words: str) -> bool:
    return all(word.isascii() and word.isalpha() for word in words)


def _a_letter_apart(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    if len(shorter) < len(longer):
        return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
    apart = [place for place in range(len(one)) if one[place] != other[place]]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        return one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    return len(apart) == 1
