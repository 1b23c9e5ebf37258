"""Cells beyond the columns of a table, which GitHub's rules leave out: an unescaped bar in a cell makes such cells."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

__all__ = ["add_to"]


def add_to(parser: MarkdownIt) -> None:
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    known = len(state.tokens)
    if not table(state, start, end, silent):
        return False
    row: list[Token] = []
    for token in state.tokens[known:]:
        if token.type == "tr_open":
            row = [token]
        elif token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            _keep_surplus(state, row)
    return True


def _keep_surplus(state: StateBlock, row: list[Token]) -> None:
    """Add to the last cell what follows it in the source."""
    opened, *cells = row
    line = (opened.map or [0])[0]
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].strip()
    if text.count("|") < len(cells):
        return
    written = escapedSplit(text)
    written = written[1:] if written[0] == "" else written
    written = written[:-1] if written and written[-1] == "" else written
    if len(written) > len(cells):
        cells[-1].content = " | ".join(cell.strip() for cell in written[len(cells) - 1 :])
