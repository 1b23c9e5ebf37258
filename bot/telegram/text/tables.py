"""Tables: aligned in a fixed-width font where they fit a telephone, else told row by row.

Rows repeat the header; where that would make the text far longer than the table, cells stand in lines instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from markdown_it.token import Token

from bot.telegram.text.graphemes import width
from bot.telegram.text.inline import has_link, plain, write_inline
from bot.telegram.text.styled import Rank, Writer

__all__ = ["write_table"]

_WIDEST = 40  # columns of fixed-width text before telephones break the line
_GAP = " | "
_MOST_REPEATED = 8192  # characters of headers
_NOTHING = "–"  # a cell without content


def write_table(writer: Writer, tokens: Sequence[Token], rank: Rank) -> None:
    """Write a table from its tokens. Cells with links are told row by row, as fixed-width text holds no links."""
    rows, alignments = _cells(tokens)
    texts = [[plain(cell.children or ()).strip() for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip_longest(*texts, fillvalue="")]
    linked = any(has_link(cell.children or ()) for row in rows for cell in row)
    if linked or sum(widths) + len(_GAP) * (len(widths) - 1) > _WIDEST:
        repeated = sum(len(title) + len(_GAP) for title in texts[0]) * (len(rows) - 1)
        (_write_rows if 0 < repeated <= _MOST_REPEATED else _write_lines)(writer, rows, rank)
    elif any(widths):
        _write_aligned(writer, texts, widths, alignments)


def _cells(tokens: Sequence[Token]) -> tuple[list[list[Token]], list[str]]:
    """Rows of inline tokens, the header first; and how the columns are aligned."""
    rows: list[list[Token]] = []
    alignments = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "th_open":
            alignments.append(str(token.attrs.get("style", "")).removeprefix("text-align:"))
        elif token.type == "inline":
            rows[-1].append(token)
    return rows, alignments


def _write_aligned(
    writer: Writer, texts: Sequence[Sequence[str]], widths: Sequence[int], alignments: Sequence[str]
) -> None:
    lines = [_GAP.join(map(_padded, row, widths, alignments)).rstrip() for row in texts]
    lines.insert(1, "-+-".join("-" * columns for columns in widths))
    start = writer.begin_line()
    writer.write_verbatim("\n".join(lines))
    writer.mark("pre", start)


def _padded(text: str, columns: int, alignment: str) -> str:
    missing = columns - width(text)
    before = {"right": missing, "center": missing // 2}.get(alignment, 0)
    return " " * before + text + " " * (missing - before)


def _write_rows(writer: Writer, rows: Sequence[Sequence[Token]], rank: Rank) -> None:
    """``header: value`` in lines, a blank line between rows."""
    header, *body = rows
    for row in body:
        writer.separate(2, max(rank, Rank.PART))
        for title, value in zip_longest(header, row[: len(header)]):
            writer.separate(1, Rank.LINE)
            _write_pair(writer, title, value)


def _write_pair(writer: Writer, title: Token, value: Token | None) -> None:
    titled = bool(plain(title.children or ()).strip())
    write_inline(writer, title.children or (), "bold")
    if value is None or not value.content:
        writer.write(f": {_NOTHING}" if titled else _NOTHING)
        return
    writer.write(": " if titled else "")
    write_inline(writer, value.children or ())


def _write_lines(writer: Writer, rows: Sequence[Sequence[Token]], rank: Rank) -> None:
    for number, row in enumerate(rows):
        writer.separate(1, max(rank, Rank.PART))
        for index, cell in enumerate(cell for cell in row if cell.content):
            writer.write(_GAP if index else "")
            write_inline(writer, cell.children or (), *(() if number else ("bold",)))
