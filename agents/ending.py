"""How a reply ends that was broken off: at a border where a reader would pause, with its code closed."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["closed", "ended"]

_NEAR = 400  # characters at the end in which a border is looked for
_PAUSE = re.compile(r"\n|(?<![\d\s])[.!?…][\"'”’)\]*_]*(?=\s|\Z)|[。！？；][」』”’）*_]*")  # no number of a list's item
_LINE = re.compile(r"\n")
_WORD = re.compile(r"\s|[，、,]")
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})(.*)")  # https://spec.commonmark.org/0.31.2/#fenced-code-blocks


@dataclass(frozen=True, slots=True)
class _Fence:
    """What a block of code began with, and where in the text."""

    indent: str
    marks: str
    start: int

    def is_closed_by(self, marks: str, behind: str) -> bool:
        return marks[0] == self.marks[0] and len(marks) >= len(self.marks) and not behind.strip()


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
    return f"{text}\n{fence.indent}{fence.marks}"


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
    for line in text.split("\n"):
        if found := _FENCE.fullmatch(line):
            indent, marks, behind = found.groups()
            if fence is None:
                fence = _Fence(indent, marks, start) if marks[0] == "~" or "`" not in behind else None
            elif fence.is_closed_by(marks, behind):
                fence = None
        start += len(line) + 1
    return fence
