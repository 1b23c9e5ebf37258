"""How a reply ends that was broken off: at a border where a reader would pause, with its code closed."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["closed", "ended"]

_NEAR = 400  # characters at the end in which a border is looked for
_PAUSE = re.compile(r"\n|(?<![\d\s])[.!?…][\"'”’)\]*_]*(?=\s|\Z)|[。！？；][」』”’）*_]*")  # no number of a list's item
_LINE = re.compile(r"\n")
_WORD = re.compile(r"\s|[，、,]")
# https://spec.commonmark.org/0.31.2/#fenced-code-blocks and #list-items
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})(.*)")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]{1,4}(?=\S)")
_FURTHEST = 3  # columns that a fence or a list item is in; what is further in is code by that alone
_TAB = 4
_DEEPEST = 16  # list items in one another, as many as are shown


@dataclass(frozen=True, slots=True)
class _Fence:
    """What a block of code began with, where in the text, and in which columns: its own, and its list item's."""

    marks: str
    start: int
    column: int
    item: int

    def is_closed_by(self, line: str) -> bool:
        found = _FENCE.fullmatch(line)
        if found is None or found[3].strip() or _width(found[1]) - self.item > _FURTHEST:
            return False
        return found[2][0] == self.marks[0] and len(found[2]) >= len(self.marks)


def ended(text: str) -> str:
    """What to keep of a text that was broken off: up to the last line, sentence or word that is whole."""
    return closed(text[: _border(text)].rstrip())


def closed(text: str) -> str:
    """The text without a block of code that is left open: what has begun is closed, what has not is left out."""
    fence = _open_fence(text)
    if fence is None:
        return text
    if "\n" not in text[fence.start :].rstrip():
        return text[: fence.start].rstrip()
    return f"{text}\n{' ' * fence.column}{fence.marks}"


def _border(text: str) -> int:
    """Where the text is to end; its own end where there is no border near it."""
    start = max(len(text) - _NEAR, len(text) // 2)
    for pattern in (_LINE if _open_fence(text) else _PAUSE, _WORD):
        ends = [match.end() for match in pattern.finditer(text, start)]
        if ends:
            return ends[-1]
    return len(text)


def _open_fence(text: str) -> _Fence | None:
    """The fence of the block of code that the end of the text is in."""
    fence, start = None, 0
    items: list[int] = []  # the columns in which the text of the open list items stands
    for line in text.split("\n"):
        if fence and line.strip() and _indent(line) < fence.item:
            fence = None  # its list item has ended
        if fence is None:
            fence = _begun(line, start, items)
        elif fence.is_closed_by(line):
            fence = None
        start += len(line) + 1
    return fence


def _begun(line: str, start: int, items: list[int]) -> _Fence | None:
    """The fence that the line begins a block of code with."""
    found = _FENCE.fullmatch(line, _entered(line, items))
    if found is None or (found[2][0] == "`" and "`" in found[3]):
        return None
    column, item = _width(line[: found.start(2)]), _innermost(items)
    return _Fence(found[2], start, column, item) if column - item <= _FURTHEST else None


def _entered(line: str, items: list[int]) -> int:
    """Leave the list items that end before the line and enter those it begins; where its own text begins."""
    while items and line.strip() and _indent(line) < items[-1]:
        items.pop()
    at = 0
    while len(items) < _DEEPEST and (found := _ITEM.match(line, at)):
        if _width(line[: found.end(1)]) - _innermost(items) > _FURTHEST:
            break
        at = found.end()
        items.append(_width(line[:at]))
    return at


def _innermost(items: list[int]) -> int:
    return items[-1] if items else 0


def _indent(line: str) -> int:
    return _width(line[: len(line) - len(line.lstrip(" \t"))])


def _width(beginning: str) -> int:
    """How many columns the beginning of a line takes."""
    return len(beginning.expandtabs(_TAB))
