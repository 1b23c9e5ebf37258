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


def carries(reply: str, answer: str, question: str, *, freely: bool = False) -> bool:
    """Whether the reply says what the answer says.

    To a question for yes or no it has to begin with the answer's; ``freely``: it may leave that out. Else it holds the
    answer's numbers and at least half of its words. A yes that nobody asked for says nothing.
    """
    polarity = _polarity(answer)
    if polarity is not None:
        said = _polarity(reply)
        return said is polarity or (said is None and freely) or not asks_whether(question)
    words = {word for word in stems(answer) if not numbers(word)}
    if not words and not numbers(answer):
        return folded(answer).strip(" .") in folded(reply)
    return numbers(answer) <= numbers(reply) and 2 * len(words & stems(reply)) >= len(words)


def _polarity(text: str) -> bool | None:
    """Yes or no, as the text begins with it."""
    if _YES.match(text):
        return True
    return False if _NO.match(text) else None
