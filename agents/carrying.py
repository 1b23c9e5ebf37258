"""Whether a reply carries the answer that visual question answering gave, and does not turn it into its opposite."""

from __future__ import annotations

import re

from agents.asking import asks_whether
from agents.covering import folded
from agents.evidence import stems
from agents.numerals import numbers

__all__ = ["carries"]

_YES = re.compile(
    r"\W*(?:(?:yes|yeah|yep|indeed|correct|true)\b|是(?!否|不是)|对|有(?!没有)|正确|会|能|可以)", re.IGNORECASE
)
_NO = re.compile(r"\W*(?:(?:no|nope|false|incorrect)\b|不|没|否|错|无)", re.IGNORECASE)
_BARE = re.compile(r"\W*(?:yes|yeah|yep|no|nope|true|false|是的?|不是|否|对|不对|有|没有)\W*", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|none|never|without|nothing|nobody)\b|n['’]t\b|不|没|无|未|非", re.IGNORECASE)


def carries(reply: str, answer: str, question: str, *, freely: bool = False) -> bool:
    """Whether the reply says what the answer says.

    To a question for yes or no it has to begin with the answer's; ``freely``: it may leave that out, but deny nothing
    that is so, nor state what is not. Else it holds the answer's numbers and at least half of its words. A bare yes
    that nobody asked for says nothing.
    """
    polarity = _polarity(answer)
    if polarity is not None and (asks_whether(question) or _BARE.fullmatch(answer)):
        said = _polarity(reply)
        free = said is None and freely and bool(_NOT.search(reply)) is not polarity
        return said is polarity or free or not asks_whether(question)
    words = {word for word in stems(answer) if not numbers(word)}
    if not words and not numbers(answer):
        return folded(answer).strip(" .") in folded(reply)
    return numbers(answer) <= numbers(reply) and 2 * len(words & stems(reply)) >= len(words)


def _polarity(text: str) -> bool | None:
    """Yes or no, as the text begins with it."""
    if _YES.match(text):
        return True
    return False if _NO.match(text) else None
