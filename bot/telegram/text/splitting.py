"""A long text as several messages, divided where a reader would pause.

A style that reaches over a border is opened again on the next page, a code block with its language.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from bot.telegram.text.cleaning import is_blank
from bot.telegram.text.entities import MOST_ENTITIES, Entity, Page
from bot.telegram.text.graphemes import parts_graphemes
from bot.telegram.text.styled import Rank, Span, Styled, trimmed
from bot.telegram.text.units import LIMIT, reach, utf16_length

__all__ = ["BLANK", "beginning", "pages", "paragraph_borders"]

BLANK = Page("…")  # what is sent for nothing, as Telegram refuses blank messages
_MORE = "…"
# Best first: lines, sentences, words. Each matches what stays with the page before the border.
_PAUSES = tuple(re.compile(pause) for pause in (r"\n", r"(?<![.!?…])[.!?…]+[\"')\]]*\s+|[。！？；]+", r"\s+|，"))
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")


def paragraph_borders(text: str) -> list[int]:
    """Where the paragraphs of a text without markup begin."""
    return [match.end() for match in _PARAGRAPH.finditer(text)]


def pages(styled: Styled, limit: int = LIMIT) -> list[Page]:
    """The whole text in pages of at most ``limit`` (>= 2) UTF-16 units and 100 entities; at least one page."""
    return [page for page in _Division(styled, limit).pages() if page] or [BLANK]


def beginning(styled: Styled, limit: int = LIMIT) -> Page:
    """As much of the beginning as one page of ``limit`` (>= 3) units holds; an ellipsis tells that there is more."""
    division = _Division(styled, limit)
    end = division.furthest(0)
    if end == len(styled.text):
        return division.page(0, end) or BLANK
    end = min(end, reach(styled.text, 0, limit - len(_MORE)))
    page = division.page(0, _pause(styled.text, 0, end, _PAUSES[-1:]))
    return Page(page.text + _MORE, page.entities) if page else BLANK


class _Division:
    """Where the pages of a text begin and end. Pages are asked for from the front."""

    def __init__(self, styled: Styled, limit: int) -> None:
        self._text = styled.text
        self._spans = styled.spans
        self._starts = [span.start for span in styled.spans]
        self._limit = limit
        self._blocks, self._items, self._parts = (
            [border.at for border in styled.borders if border.rank <= rank]
            for rank in (Rank.BLOCK, Rank.ITEM, Rank.PART)
        )
        self._carried: list[Span] = []  # begun before the page, and not ended there

    def pages(self) -> Iterator[Page | None]:
        """The pages; None where one would show nothing."""
        start = 0
        while start < len(self._text):
            end = self._end(start)
            yield self.page(start, end)
            start = end

    def furthest(self, start: int) -> int:
        """The furthest end that keeps a page within its length and number of entities."""
        end = reach(self._text, start, self._limit)
        surplus = bisect_left(self._starts, start) + MOST_ENTITIES - len(self._carried)
        return min(end, self._starts[surplus]) if surplus < len(self._starts) else end

    def page(self, start: int, end: int) -> Page | None:
        """The page, without white space at its ends."""
        fresh = self._spans[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        touching = [*self._carried, *fresh]
        self._carried = [span for span in touching if span.end > end]
        return _page(self._text, touching, start, end)

    def _end(self, start: int) -> int:
        end = self.furthest(start)
        if end == len(self._text):
            return end
        return self._border(start, end) or _pause(self._text, start, end, _PAUSES)

    def _border(self, start: int, end: int) -> int | None:
        """The best border past a third of the page, but an earlier one if that keeps an item or block whole."""
        third = start + (end - start) // 3
        for borders in (self._blocks, self._items):
            last = _last(borders, end)
            if last > third:
                return last
        if start < last and self._following(last) <= reach(self._text, last, self._limit):
            return last
        last = _last(self._parts, end)
        return last if last > third else None

    def _following(self, border: int) -> int:
        """The border after it, or the end."""
        index = bisect_right(self._items, border)
        return self._items[index] if index < len(self._items) else len(self._text)


def _last(borders: Sequence[int], end: int) -> int:
    index = bisect_right(borders, end)
    return borders[index - 1] if index else 0


def _pause(text: str, start: int, end: int, pauses: Sequence[re.Pattern[str]]) -> int:
    """The last best pause past the window's first third; failing that, the last border between two graphemes."""
    least = start + (end - start) // 3
    for pattern in pauses:
        ends = [match.end() for match in pattern.finditer(text, least, end)]
        if ends and ends[-1] > start:
            return ends[-1]
    for index in range(end, least, -1):
        if parts_graphemes(text, index):
            return index
    return end


def _page(text: str, touching: Sequence[Span], start: int, end: int) -> Page | None:
    begin = _first_visible(text, touching, start, end)
    shown = text[begin:end].rstrip()
    if is_blank(shown):
        return None
    stop = begin + len(shown)
    indents = {max(span.start, begin) for span in touching if span.type == "pre"}
    clipped = (trimmed(text, max(span.start, begin), min(span.end, stop), span, indents) for span in touching)
    return Page(shown, tuple(_entity(shown, begin, span) for span in clipped if span))


def _first_visible(text: str, touching: Sequence[Span], start: int, end: int) -> int:
    """Past white space, but for the indent of code, which Telegram keeps."""
    begin = start
    while begin < end and text[begin].isspace():
        begin += 1
    for span in touching:
        if span.type == "pre" and span.start <= begin < span.end:
            return max(span.start, start, text.rfind("\n", start, begin) + 1)
    return begin


def _entity(page: str, begin: int, span: Span) -> Entity:
    offset = utf16_length(page[: span.start - begin])
    length = utf16_length(page[span.start - begin : span.end - begin])
    return Entity(span.type, offset, length, span.url, span.language)
