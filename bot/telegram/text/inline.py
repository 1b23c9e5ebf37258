"""What stands in a paragraph: emphasis, code, links, line breaks."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from bot.telegram.text import links, mathematics
from bot.telegram.text.styled import Writer

__all__ = ["has_link", "plain", "write_inline"]

_STYLES = {"strong": "bold", "em": "italic", "s": "strikethrough"}
_BREAKS = {"softbreak", "hardbreak"}


def plain(children: Sequence[Token]) -> str:
    """The visible text in one line."""
    return "".join(" " if child.type in _BREAKS else _visible(child) for child in children)


def has_link(children: Sequence[Token]) -> bool:
    """Whether a link or a picture is among them, which plain text would not keep."""
    return any(child.type in {"link_open", "image"} for child in children)


def write_inline(writer: Writer, children: Sequence[Token], *styles: str) -> None:
    """Write the children of an inline token, all of them in ``styles``."""
    _Inline(writer).write(children, styles)


def _visible(token: Token) -> str:
    return plain(token.children or ()) if token.type == "image" else token.content


class _Inline:
    """Styles that are open, outermost first, with the positions from which they still have to be marked.

    Code interrupts them, since Telegram lets nothing contain it but a quotation.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._styles: list[tuple[str, int]] = []
        self._links: list[tuple[str, int, int]] = []

    def write(self, children: Sequence[Token], styles: Sequence[str]) -> None:
        for style in styles:
            self._open(style)
        for child in children:
            self._token(child)
        while self._styles:
            self._close()

    def _token(self, token: Token) -> None:
        kind = token.type
        if kind == "text" or kind == mathematics.INLINE:
            self._writer.write(token.content)
        elif kind in _BREAKS:
            self._writer.write("\n")
        elif kind == "code_inline":
            self._code(token.content)
        elif kind == "image":
            self._image(token)
        elif kind == "link_open":
            self._open_link(str(token.attrs["href"]))
        elif kind == "link_close":
            self._close_link()
        elif token.nesting > 0:
            self._open(_STYLES[token.tag])
        elif token.nesting < 0:
            self._close()

    def _open(self, style: str) -> None:
        self._styles.append((style, self._writer.begin()))

    def _close(self) -> None:
        style, start = self._styles.pop()
        if style not in (outer for outer, _ in self._styles):
            self._writer.mark(style, start)

    def _code(self, content: str) -> None:
        if self._links:
            self._writer.write(content)
            return
        styles = [style for style, _ in self._styles]
        while self._styles:
            self._close()
        start = self._writer.begin()
        self._writer.write(content)
        self._writer.mark("code", start)
        for style in styles:
            self._open(style)

    def _image(self, token: Token) -> None:
        if self._links:
            self._writer.write(plain([token]))
            return
        self._open_link(str(token.attrs["src"]))
        self._writer.write(plain([token]))
        self._close_link()

    def _open_link(self, url: str) -> None:
        start = self._writer.begin()
        self._links.append((url, start, self._writer.parts_written))

    def _close_link(self) -> None:
        url, start, part = self._links.pop()
        label = self._writer.written(part)
        if links.is_link(url):
            self._writer.write("" if label.strip() else url)
            self._writer.mark("text_link", start, url=url)
        elif (target := links.shown(url)) and target != label:
            self._writer.write(f" ({target})" if label.strip() else target)
