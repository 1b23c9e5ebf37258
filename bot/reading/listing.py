"""Conversations as a table."""

from __future__ import annotations

from collections.abc import AsyncIterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.reading.dates import shown
from bot.terminal.plain import plain
from storage.ports import ConversationSummary

__all__ = ["list_conversations"]


async def list_conversations(summaries: AsyncIterator[ConversationSummary], limit: int, console: Console) -> None:
    """Print the first ``limit`` conversations, and whether there are more."""
    table = Table("conversation", "channel", "chat", "turns", "begun", "last turn", box=None, pad_edge=False)
    async for summary in summaries:
        if table.row_count == limit:
            table.caption = f"the first {limit}; --limit shows more"
            break
        table.add_row(
            str(summary.id),
            _cell(summary.channel),
            _cell(summary.chat),
            str(summary.turns),
            shown(summary.started_at),
            shown(summary.last_at),
        )
    console.print(table if table.row_count else "No conversation.")


def _cell(text: str) -> Text:
    """On one line, and never as markup."""
    return Text(plain(text).replace("\n", " ").replace("\t", " "), overflow="fold")
