"""An answer in Markdown as the messages that Telegram shows.

Nothing that a model writes can be refused for its markup: entities are made here, Telegram parses none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.telegram.text.above import Above, write_above
from bot.telegram.text.blocks import write_blocks
from bot.telegram.text.cleaning import cleaned
from bot.telegram.text.entities import Page
from bot.telegram.text.parsing import parsed
from bot.telegram.text.splitting import beginning, pages, paragraph_borders
from bot.telegram.text.styled import Rank, Styled, Writer
from bot.telegram.text.unclosed import without_half_line
from bot.telegram.text.units import LIMIT

__all__ = ["MOST_PAGES", "File", "compose", "compose_plain", "pages_or_file", "preview"]

MOST_PAGES = 5  # 20,000 characters: more are read in a file, and at one message a second would come for long
_LONGEST = 32768  # characters of Markdown; no model writes more for a chat
_PREVIEWED = 3  # characters of Markdown read for each unit of a preview, as markup and addresses are not seen


@dataclass(frozen=True, slots=True)
class File:
    """An answer too long to read in a chat: the Markdown as UTF-8, and the message that introduces it."""

    name: str
    content: bytes
    introduction: Page


def compose(markdown: str, above: Sequence[Above] = (), *, unfinished: bool = False) -> list[Page]:
    """The messages for an answer, with what stands above it on the first; at least one, none blank.

    Of more than 32,768 characters of Markdown the markup is shown as it is, since parsing hostile ones takes long.
    ``unfinished`` says that the text was cut: single marks left open at its end count as closed too.
    """
    return pages(_styled(markdown, above, unfinished))


def compose_plain(text: str) -> list[Page]:
    """The messages for a text as it is, without markup; at least one, none blank."""
    writer = Writer()
    _write_plain(writer, cleaned(text))
    return pages(writer.done())


def preview(markdown: str, limit: int = LIMIT, above: Sequence[Above] = ()) -> Page:
    """What a growing answer looks like now, in one message of at most ``limit`` (>= 3) UTF-16 units.

    It costs as much for a long answer as for one of a few pages.
    """
    start = without_half_line(cleaned(markdown[: _PREVIEWED * limit]))
    return beginning(_styled(start, above, unfinished=True), limit)


def pages_or_file(markdown: str, above: Sequence[Above] = ()) -> list[Page] | File:
    """The messages for an answer, or a file when they would be more than anybody wants in a chat."""
    if len(markdown) <= _LONGEST:
        found = compose(markdown, above)
        if len(found) <= MOST_PAGES:
            return found
    return File("answer.md", cleaned(markdown).encode(), preview(markdown, above=above))


def _styled(markdown: str, above: Sequence[Above], unfinished: bool) -> Styled:
    writer = Writer()
    write_above(writer, above)
    source = cleaned(markdown)
    if len(source) <= _LONGEST:
        write_blocks(writer, parsed(source, unfinished=unfinished), source)
    else:
        _write_plain(writer, source)
    return writer.done()


def _write_plain(writer: Writer, text: str) -> None:
    start = writer.begin()
    writer.write_verbatim(text)
    for border in paragraph_borders(text):
        writer.border(start + border, Rank.BLOCK)
