"""Tokens of Markdown as styled text: paragraphs, headings, lists, quotations, code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from bot.telegram.text import mathematics
from bot.telegram.text.inline import write_inline
from bot.telegram.text.styled import Rank, Writer
from bot.telegram.text.tables import write_table

__all__ = ["write_blocks"]

_BULLETS = "•◦▪"
_INDENT = "    "
_MOST_INDENTS = 6  # deeper items are not indented further, as telephones are narrow
_RULE = "─" * 10
_TASK = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
_LANGUAGE = re.compile(r"[\w+#.-]{1,32}", re.ASCII)
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")
_QUOTED_BLANK = " \t>"  # what a blank line holds, also one in a quotation


def write_blocks(writer: Writer, tokens: Sequence[Token], source: str) -> None:
    """Write the tokens of ``source``, whose lines tell which blocks stand apart."""
    _Blocks(writer, tokens, source.split("\n")).write()


@dataclass(slots=True)
class _List:
    """An open list; ``number`` is of its next item, None where there are bullets."""

    number: int | None
    delimiter: str
    marker: str = ""


class _Blocks:
    def __init__(self, writer: Writer, tokens: Sequence[Token], lines: Sequence[str]) -> None:
        self._writer = writer
        self._tokens = tokens
        self._lines = lines
        self._lists: list[_List] = []
        self._indents: list[str] = []
        self._quotes: list[int] = []
        self._outside: list[tuple[list[_List], str]] = []
        self._table: int | None = None
        self._after_heading = False
        self._used = _used_labels(tokens)

    def write(self) -> None:
        for index, token in enumerate(self._tokens):
            if self._table is not None and token.type != "table_close":
                continue
            if token.map and token.nesting >= 0:
                self._separate(token)
            handler = _HANDLERS.get(token.type)
            if handler:
                handler(self, token, index)
            if token.nesting == 0:
                self._after_heading = self._tokens[index - 1].type == "heading_open"

    def _separate(self, token: Token) -> None:
        """Blocks stand apart as they do in the source, headings always."""
        start = (token.map or [0])[0]
        apart = start > 0 and not self._lines[start - 1].strip(_QUOTED_BLANK)
        self._writer.separate(2 if apart or token.type == "heading_open" else 1, self._rank(token))

    def _rank(self, token: Token) -> Rank:
        if self._after_heading:
            return Rank.LINE
        if token.type == "list_item_open":
            return Rank.ITEM
        return Rank.PART if self._lists or self._quotes else Rank.BLOCK

    def _inline(self, token: Token, index: int) -> None:
        heading = self._tokens[index - 1].type == "heading_open"
        children = token.children or []
        if self._lists and children and (task := _TASK.match(children[0].content)):
            box = "☐ " if task[1] == " " else "☑ "
            if self._lists[-1].number is None and self._writer.replace_lead(self._lists[-1].marker, box):
                children[0].content = children[0].content[task.end() :]
        write_inline(self._writer, children, *(["bold"] if heading else []))

    def _open_list(self, token: Token, index: int) -> None:
        ordered = token.type == "ordered_list_open"
        self._lists.append(_List(int(token.attrs.get("start", 1)) if ordered else None, token.markup))

    def _close_list(self, token: Token, index: int) -> None:
        self._lists.pop()

    def _open_item(self, token: Token, index: int) -> None:
        current = self._lists[-1]
        if current.number is None:
            current.marker = _BULLETS[(len(self._lists) - 1) % len(_BULLETS)] + " "
        else:
            current.marker = f"{current.number}{token.markup} "
            current.number += 1
        self._writer.lead(current.marker)
        self._indents.append(self._writer.indent)
        if len(self._writer.indent) < _MOST_INDENTS * len(_INDENT):
            self._writer.indent += _INDENT

    def _close_item(self, token: Token, index: int) -> None:
        self._writer.settle()
        self._writer.indent = self._indents.pop()

    def _open_quote(self, token: Token, index: int) -> None:
        """The outermost is one entity: Telegram allows no quotation in another."""
        if not self._quotes:
            self._outside.append((self._lists, self._writer.indent))
            self._quotes.append(self._writer.begin_line())
            self._lists, self._writer.indent = [], ""
        else:
            self._quotes.append(-1)

    def _close_quote(self, token: Token, index: int) -> None:
        start = self._quotes.pop()
        if start >= 0:
            self._writer.mark("blockquote", start)
            self._lists, self._writer.indent = self._outside.pop()

    def _code(self, token: Token, index: int) -> None:
        info = token.info.split()
        content = (token.content or (token.info if len(info) > 1 else "")).rstrip()
        if blank := _BLANK_LINES.match(content):
            content = content[blank.end() :]
        if not content:
            return
        language = info[0].lower() if info and token.content else ""
        start = self._writer.begin_line()
        self._writer.write_verbatim(content)
        self._writer.mark("pre", start, language=language if _LANGUAGE.fullmatch(language) else None)

    def _mathematics(self, token: Token, index: int) -> None:
        self._writer.write(token.content.strip())

    def _rule(self, token: Token, index: int) -> None:
        self._writer.write(_RULE)

    def _definition(self, token: Token, index: int) -> None:
        """The address of a reference: shown unless it became a link."""
        if token.meta["id"] not in self._used:
            self._writer.write(f"[{token.meta['label']}]: {token.meta['url']}")

    def _open_table(self, token: Token, index: int) -> None:
        self._table = index

    def _close_table(self, token: Token, index: int) -> None:
        write_table(self._writer, self._tokens[self._table or 0 : index], self._rank(token))
        self._table = None


def _used_labels(tokens: Sequence[Token]) -> set[str]:
    children = (child for token in tokens for child in token.children or ())
    return {child.meta["label"] for child in children if "label" in child.meta}


_HANDLERS: dict[str, Callable[[_Blocks, Token, int], None]] = {
    "inline": _Blocks._inline,
    "bullet_list_open": _Blocks._open_list,
    "ordered_list_open": _Blocks._open_list,
    "bullet_list_close": _Blocks._close_list,
    "ordered_list_close": _Blocks._close_list,
    "list_item_open": _Blocks._open_item,
    "list_item_close": _Blocks._close_item,
    "blockquote_open": _Blocks._open_quote,
    "blockquote_close": _Blocks._close_quote,
    "fence": _Blocks._code,
    "code_block": _Blocks._code,
    mathematics.PARAGRAPH: _Blocks._mathematics,
    "hr": _Blocks._rule,
    "definition": _Blocks._definition,
    "table_open": _Blocks._open_table,
    "table_close": _Blocks._close_table,
}
