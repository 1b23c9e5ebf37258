"""Emphasis beside Chinese, Japanese and Korean text.

CommonMark lets ``**`` open or close by the spaces and punctuation around it, which these scripts set otherwise: in
``**注意：**请看`` its rules close nothing, and readers see asterisks. Beside their characters any mark with text before
it may close, and any with text after it may open. And a lone asterisk between two factors, as in ``2*3*4``, is one.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, emphasis

__all__ = ["add_to"]

_FACTORS = re.compile(r"[A-Za-z0-9)\]]\*[A-Za-z0-9(\[]")
_FIRST_WIDE = "\u2e80"  # the first block of Unicode for these scripts, CJK Radicals Supplement


def add_to(parser: MarkdownIt) -> None:
    parser.inline.ruler.at("emphasis", _emphasis)


def _emphasis(state: StateInline, silent: bool) -> bool:
    if _multiplies(state.src, state.pos):
        if not silent:
            state.pending += "*"
        state.pos += 1
        return True
    start, known = state.pos, len(state.delimiters)
    if not emphasis.tokenize(state, silent):
        return False
    before = state.src[start - 1 : start] or " "
    after = state.src[state.pos : state.pos + 1] or " "
    if state.src[start] == "*" and (before >= _FIRST_WIDE or after >= _FIRST_WIDE):
        for delimiter in state.delimiters[known:]:
            delimiter.close = not before.isspace()
            delimiter.open = not after.isspace()
    return True


def _multiplies(text: str, place: int) -> bool:
    return place > 0 and _FACTORS.match(text, place - 1) is not None
