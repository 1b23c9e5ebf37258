"""Markdown as tokens: CommonMark with tables and strikethrough, as language models write it.

What differs from CommonMark, by rules of our own added to markdown-it: nothing is dropped however deep or wide,
mathematics stays as it is, HTML is text, and what is left open at the end counts as closed.
"""

from __future__ import annotations

import functools
import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph, reference
from markdown_it.token import Token

from bot.telegram.text import flanking, mathematics, surplus, unclosed

__all__ = ["parsed"]

_DEEPEST = 16  # levels of blocks; markdown-it would leave out what is deeper
_MOST_NESTING = 20  # as markdown-it has it for CommonMark; the time for "[[[[" grows with it
_ADDRESS = re.compile(r"\[(?!\^)[^\]\n]+\]:[ \t]*<?(?:https?|tg)://")


def parsed(markdown: str, *, unfinished: bool) -> list[Token]:
    """The tokens. ``unfinished`` text is still being written: its last marks are likely to be halves of others."""
    return _parser().parse(markdown, {unclosed.UNFINISHED: unfinished})


@functools.cache
def _parser() -> MarkdownIt:
    options = {"html": False, "maxNesting": _MOST_NESTING, "inline_definitions": True, "store_labels": True}
    parser = MarkdownIt("commonmark", options).enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # bot.telegram.text.links decides
    parser.block.ruler.at("reference", _reference)
    parser.block.ruler.before("table", "deep", _deep)
    flanking.add_to(parser)
    mathematics.add_to(parser)
    surplus.add_to(parser)
    unclosed.add_to(parser)
    return parser


def _deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Blocks nested deeper than anybody reads are paragraphs."""
    return state.level >= _DEEPEST and paragraph(state, start, end, silent)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The definition of a link; any other line that begins like one, such as a footnote, is a paragraph."""
    at = state.bMarks[start] + state.tShift[start]
    return _ADDRESS.match(state.src, at) is not None and reference(state, start, end, silent)
