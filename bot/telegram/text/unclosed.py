"""Markup left open at the end: an answer that is still growing, or was cut, reads as if it had been closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

__all__ = ["UNFINISHED", "add_to", "without_half_line"]

UNFINISHED = "unfinished"  # keys of markdown-it's env
_LAST = "last"
_MARKS = "*_~`"
_HALF_LINE = re.compile(r"(?:^|\n)[ \t]*[-=+*_#>|`~:$]+[ \t]*\Z")
_HALF_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\Z")
_DANGLING = re.compile(r"\s(?:\*\*|__|~~|``)\Z")


def without_half_line(markdown: str) -> str:
    """Unfinished text without a last line of marks alone, which may become anything: a heading, a fence, an item."""
    return _HALF_LINE.sub("", markdown)


def add_to(parser: MarkdownIt) -> None:
    parser.core.ruler.at("inline", _inline)
    parser.inline.ruler.before("backticks", "unclosed_code", _code)
    parser.inline.ruler.before("link", "unclosed_link", _link)
    parser.inline.ruler2.after("balance_pairs", "unclosed", _pairs)


def _inline(state: StateCore) -> None:
    """markdown-it's own rule, which also knows which paragraph is the last."""
    last = next((token for token in reversed(state.tokens) if token.nesting >= 0), None)
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            state.env[_LAST] = token is last
            content = _mended(token.content, state) if token is last else token.content
            state.md.inline.parse(content, state.md, state.env, token.children)


def _mended(content: str, state: StateCore) -> str:
    if state.env[UNFINISHED]:
        return content.rstrip(_MARKS + " \n")
    content = _DANGLING.sub("", content)
    half = content[-1:]
    if half in {"*", "_", "~"} and content[-2:] != half * 2 and content.count(half * 2) % 2:
        return content + half  # "**cut*": the closing pair was cut in two
    return content


def _code(state: StateInline, silent: bool) -> bool:
    """A code span that the end closes."""
    if not state.env[_LAST] or state.src[state.pos] != "`":
        return False
    start = state.pos
    while start < state.posMax and state.src[start] == "`":
        start += 1
    open_until_end = state.src.find(state.src[state.pos : start], start, state.posMax) < 0
    if start == state.posMax or state.src[start].isspace() or not open_until_end:
        return False
    if not silent:
        state.push("code_inline", "code", 0).content = state.src[start : state.posMax].replace("\n", " ")
    state.pos = state.posMax
    return True


def _link(state: StateInline, silent: bool) -> bool:
    """A link whose address breaks off: its label."""
    if not state.env[_LAST] or state.src[state.pos] not in "![":
        return False
    match = _HALF_LINK.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.append_pending(match[1])
    state.pos = match.end()
    return True


def _pairs(state: StateInline) -> None:
    """Close what nothing closed: in the last paragraph; elsewhere, bold from the very beginning of a paragraph."""
    if not state.delimiters:
        return
    openers = [(index, _is_doubled(state.delimiters, index)) for index in _open(state)]
    for index, doubled in openers:
        if _closes(state, state.delimiters[index], doubled):
            _close(state, state.delimiters[index])


def _closes(state: StateInline, opener: Delimiter, doubled: bool) -> bool:
    if state.env[_LAST]:
        return doubled or bool(state.env[UNFINISHED])
    return doubled and opener.token <= 1


def _open(state: StateInline) -> Iterator[int]:
    """Indices of openers that nothing closed and that stand in no pair, from the last."""
    delimiters = state.delimiters
    pairs = sorted((first.end, index) for index, first in enumerate(delimiters) if first.end >= 0)
    enclosed_from = len(delimiters)
    for index in reversed(range(len(delimiters))):
        while pairs and pairs[-1][0] > index:
            enclosed_from = min(enclosed_from, pairs.pop()[1])
        if enclosed_from >= index and _is_opener(state, delimiters[index]):
            yield index


def _is_opener(state: StateInline, delimiter: Delimiter) -> bool:
    """Whether it opens and nothing else; of what might also close, as in ``2**3``, only what follows other scripts."""
    if not delimiter.open or delimiter.end >= 0:
        return False
    index = delimiter.token
    while index and state.tokens[index].content == chr(delimiter.marker):
        index -= 1
    return not delimiter.close or not state.tokens[index].content[-1:].isascii()


def _is_doubled(delimiters: list[Delimiter], index: int) -> bool:
    """Whether it is a ``~~``, or the mark next to it is open too: ``**`` rather than ``*``."""
    own = delimiters[index]
    if own.marker == ord("~"):
        return True
    near = delimiters[max(0, index - 1) : index + 2]
    return any(other.marker == own.marker and abs(other.token - own.token) == 1 and other.end < 0 for other in near)


def _close(state: StateInline, opener: Delimiter) -> None:
    token: Token = state.push("text", "", 0)
    token.content = chr(opener.marker) * (2 if opener.marker == ord("~") else 1)
    opener.end = len(state.delimiters)
    state.delimiters.append(
        Delimiter(opener.marker, opener.length, len(state.tokens) - 1, end=-1, open=False, close=True)
    )
