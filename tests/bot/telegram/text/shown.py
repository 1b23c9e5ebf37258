"""Pages in a form that tests can be read in."""

from __future__ import annotations

from collections.abc import Iterable

from bot.telegram.text import Page, compose

__all__ = ["covered", "only", "styles"]


def only(markdown: str) -> Page:
    """The single page that an answer makes."""
    [page] = compose(markdown)
    return page


def covered(page: Page) -> Iterable[tuple[str, str]]:
    """Each entity's type, and the text it covers."""
    units = page.text.encode("utf-16-le")
    for entity in page.entities:
        yield entity.type, units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


def styles(markdown: str) -> tuple[str, list[tuple[str, str]]]:
    """The text of a single page, and what its entities cover."""
    page = only(markdown)
    return page.text, list(covered(page))
