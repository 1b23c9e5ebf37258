r"""Mathematics stays as the model wrote it: ``$..$``, ``$$..$$``, ``\(..\)`` and ``\[..\]``, untouched by emphasis."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

__all__ = ["INLINE", "PARAGRAPH", "add_to"]

INLINE = "math_inline"
PARAGRAPH = "math_block"
_OPENERS = ("$$", r"\[")  # of a block; those of a line are met where they stand
_CLOSERS = {"$$": "$$", r"\(": r"\)", r"\[": r"\]"}
_ABSENT = "math_absent"
# As Pandoc reads it: no space inside the dollars, and no digit after, since "$5 and $10" are prices.
_DOLLARS = re.compile(r"\$(?![\s$])(?:[^$\\\n]|\\.)*(?<![\s\\])\$(?!\d)")


def add_to(parser: MarkdownIt) -> None:
    parser.block.ruler.before("fence", PARAGRAPH, _block, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    parser.inline.ruler.before("escape", INLINE, _inline)


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines from one that begins with ``$$`` or ``\\[`` to one that ends it, to a blank line or to the end."""
    at = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(_OPENERS, at) or state.is_code_block(start):
        return False
    if silent:
        return True
    state.line = _last_line(state, start, end, _CLOSERS[state.src[at : at + 2]]) + 1
    token = state.push(PARAGRAPH, "", 0)
    token.content = state.getLines(start, state.line, state.blkIndent, False)
    token.map = [start, state.line]
    return True


def _last_line(state: StateBlock, start: int, end: int, closer: str) -> int:
    line, searched = start, state.bMarks[start] + state.tShift[start] + 2
    while state.src.find(closer, searched, state.eMarks[line]) < 0:
        if line + 1 >= end or state.isEmpty(line + 1) or state.sCount[line + 1] < state.blkIndent:
            return line
        line += 1
        searched = state.bMarks[line]
    return line


def _inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] not in "$\\":
        return False
    end = _end(state)
    if end is None:
        return False
    if not silent:
        state.push(INLINE, "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _end(state: StateInline) -> int | None:
    opener = state.src[state.pos : state.pos + 2]
    closer = _CLOSERS.get(opener)
    if closer is None:
        match = _DOLLARS.match(state.src, state.pos, state.posMax)
        return match.end() if match else None
    return _closed(state, closer)


def _closed(state: StateInline, closer: str) -> int | None:
    """Where the closer ends. One that is absent is looked for once in a paragraph, to stay linear."""
    absent = state.env.setdefault(_ABSENT, {})
    if absent.get(closer) == id(state):
        return None
    at = state.src.find(closer, state.pos + 2, state.posMax)
    if at < 0:
        absent[closer] = id(state)
        return None
    return at + len(closer)
