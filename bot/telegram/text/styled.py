"""A text of any length with its styles and with the borders at which it may become several messages."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import IntEnum

__all__ = ["Border", "Rank", "Span", "Styled", "Writer", "trimmed"]


class Rank(IntEnum):
    """How natural a border is, best first."""

    BLOCK = 0  # between paragraphs, lists, tables, code blocks
    ITEM = 1  # between the items of a list
    PART = 2  # between the blocks inside an item or a quotation, and the rows of a table
    LINE = 3


@dataclass(frozen=True, slots=True)
class Border:
    """A place before which a message may begin, in characters."""

    at: int
    rank: Rank


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one style, in characters; ``type`` is named as Telegram's entities are."""

    type: str
    start: int
    end: int
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Styled:
    """Spans are sorted, the outer before the inner; each lies inside or outside of every other."""

    text: str
    spans: tuple[Span, ...] = ()
    borders: tuple[Border, ...] = ()


class Writer:
    """Builds a Styled from the front. Separators and list markers wait until something follows them."""

    def __init__(self) -> None:
        self.length = 0  # characters so far
        self.indent = ""
        self._parts: list[str] = []
        self._spans: list[Span] = []
        self._borders: list[Border] = []
        self._newlines = 0
        self._rank = Rank.LINE
        self._lead = ""
        self._line_begun = 0  # nothing separates what follows from the beginning of its quotation

    def separate(self, newlines: int, rank: Rank) -> None:
        """Let at least so many newlines, and a border, precede what follows."""
        if self.length == self._line_begun:
            return
        self._newlines = max(self._newlines, newlines)
        self._rank = min(self._rank, rank)

    def lead(self, marker: str) -> None:
        """Let a list marker precede what follows."""
        self._lead = (self._lead or self.indent) + marker

    def replace_lead(self, old: str, new: str) -> bool:
        """Put another marker in place of one that still waits; false if none does."""
        if not self._lead.endswith(old):
            return False
        self._lead = self._lead[: -len(old)] + new
        return True

    def begin(self) -> int:
        """Write what waits; the position at which the next text will stand."""
        if self._newlines or self._lead:
            self._break()
            self._append(self._lead or self.indent)
            self._lead = ""
        return self.length

    def begin_line(self) -> int:
        """As ``begin``, on a line of its own and without indent."""
        self._break()
        if self._lead:
            self._append(self._lead.rstrip() + "\n")
            self._lead = ""
        self._line_begun = self.length
        return self.length

    def write(self, text: str) -> None:
        """Text as it is, which may hold line breaks."""
        if text:
            self.begin()
            self._append(text.replace("\n", "\n" + self.indent) if self.indent and "\n" in text else text)

    def write_verbatim(self, text: str) -> None:
        """Text whose lines are not indented."""
        self.begin()
        self._append(text)

    def settle(self) -> None:
        """Write a list marker that still waits: its item is empty."""
        if self._lead:
            self.begin()

    def written(self, part: int) -> str:
        """What was written since ``parts_written`` told ``part``."""
        return "".join(self._parts[part:])

    @property
    def parts_written(self) -> int:
        return len(self._parts)

    def mark(self, type: str, start: int, *, url: str | None = None, language: str | None = None) -> None:
        """Style what was written from ``start`` on."""
        if self.length > start:
            self._spans.append(Span(type, start, self.length, url, language))

    def border(self, at: int, rank: Rank) -> None:
        """Let a message begin at a place past all earlier ones."""
        self._borders.append(Border(at, rank))

    def done(self) -> Styled:
        text = "".join(self._parts)
        indents = {span.start for span in self._spans if span.type == "pre"}
        whole = (trimmed(text, span.start, span.end, span, indents) for span in self._spans)
        spans = sorted((span for span in whole if span), key=_outer_first)
        return Styled(text, tuple(spans), tuple(self._borders))

    def _break(self) -> None:
        if self.length and self._newlines:
            self._append("\n" * self._newlines)
            self.border(self.length, self._rank)
        self._newlines = 0
        self._rank = Rank.LINE

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)


def _outer_first(span: Span) -> tuple[int, int, bool]:
    return span.start, -span.end, not span.type.endswith("blockquote")


def trimmed(text: str, start: int, end: int, span: Span, indents: Container[int]) -> Span | None:
    """The part of a span between the two places, without white space at its ends, but for the indents of code.

    None if nothing is left.
    """
    while end > start and text[end - 1].isspace():
        end -= 1
    while start < end and text[start].isspace() and start not in indents:
        start += 1
    if (start, end) == (span.start, span.end):
        return span
    return Span(span.type, start, end, span.url, span.language) if start < end else None
