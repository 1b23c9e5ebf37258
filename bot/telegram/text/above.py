"""What stands above an answer: the transcript of a voice note, quoted as it was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.telegram.text.cleaning import cleaned, is_blank
from bot.telegram.text.graphemes import parts_graphemes
from bot.telegram.text.styled import Rank, Writer
from bot.telegram.text.units import LIMIT, reach, utf16_length

__all__ = ["Above", "shortened", "write_above"]

_ROOM = LIMIT * 3 // 4  # UTF-16 units for all of them together, so that the answer begins on the same page
_LONGEST_LABEL = 200  # UTF-16 units
_LEFT_OUT = " … "


@dataclass(frozen=True, slots=True)
class Above:
    """A label and below it a quotation; ``collapsed`` ones are opened by the reader."""

    label: str
    text: str
    collapsed: bool = False


def write_above(writer: Writer, above: Sequence[Above]) -> None:
    """Write them, verbatim, before anything else. Those too long for their share of a page lose their middle."""
    seen = [each for each in above if not is_blank(cleaned(each.text))]
    for each in seen:
        writer.separate(2, Rank.BLOCK)
        writer.write(shortened(" ".join(cleaned(each.label).split()), _LONGEST_LABEL))
        writer.separate(1, Rank.LINE)
        start = writer.begin_line()
        share = _ROOM // len(seen) - _LONGEST_LABEL
        writer.write_verbatim(shortened(cleaned(each.text).strip(), max(share, _LONGEST_LABEL)))
        writer.mark("expandable_blockquote" if each.collapsed else "blockquote", start)
    writer.separate(2, Rank.BLOCK)


def shortened(text: str, most: int) -> str:
    """At most so many UTF-16 units: two thirds of them from the beginning, the others from the end."""
    if utf16_length(text) <= most:
        return text
    tail = (most - len(_LEFT_OUT)) // 3
    head = reach(text, 0, most - len(_LEFT_OUT) - tail)
    foot = len(text) - reach(text[::-1], 0, tail)
    return text[: _word_before(text, head)].rstrip() + _LEFT_OUT + text[_word_after(text, foot) :].lstrip()


def _word_before(text: str, end: int) -> int:
    """The nearest space before it, unless that is far; then a border between graphemes."""
    space = text.rfind(" ", end * 2 // 3, end)
    while space < 0 and end > 0 and not parts_graphemes(text, end):
        end -= 1
    return max(space, end if space < 0 else space)


def _word_after(text: str, start: int) -> int:
    space = text.find(" ", start, start + (len(text) - start) // 3)
    while space < 0 and start < len(text) and not parts_graphemes(text, start):
        start += 1
    return max(space, start)
