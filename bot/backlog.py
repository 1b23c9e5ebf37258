"""The rows of chats that wait in memory: a bounded number a chat and in all; the rest waits in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.gathering import Waiting
from storage.ports import InboxRow

__all__ = ["MEMORY", "Backlog", "Chat"]

WINDOW = 50  # rows of one chat held in memory
MEMORY = 20_000  # rows held in memory over all chats; beyond it, accepting waits


@dataclass(slots=True)
class Chat:
    since: float  # when its first row came to be the next, by the monotonic clock
    number: int = 0  # drawn when it joined those that are ready
    rows: list[Waiting] = field(default_factory=list)
    spilled: bool = False  # more rows wait in the database, behind the last one here
    passed_by: int = 0  # rows that went to the database alone since it was last read
    scheduled: bool = False  # in the ready queue, being worked on, or pausing
    gathering: asyncio.TimerHandle | None = None  # until the next turn is whole
    answered: bool = False  # the first turn's work is finished, and only noting that failed
    message: str | None = None  # what that work came to
    failures: int = 0  # tries of the first turn that failed, those that storage could not count among them


class Backlog:
    """Counts what is held. ``room`` is set while more may be; ``window`` rows of a chat are held."""

    def __init__(self) -> None:
        self.window = WINDOW
        self.held = 0
        self.room = asyncio.Event()
        self.room.set()

    def add(self, chat: Chat, row: InboxRow, now: float) -> None:
        """Hold a row that has just come, unless it has to wait in the database behind others of its chat."""
        if chat.spilled or len(chat.rows) >= self.window:
            chat.spilled = True
            chat.passed_by += 1
        else:
            self.hold(chat, [row], now)

    def hold(self, chat: Chat, rows: Sequence[InboxRow], now: float) -> None:
        chat.rows.extend(Waiting.of(row, now) for row in rows)
        self.held += len(rows)
        if self.held >= MEMORY:
            self.room.clear()

    def drop(self, chat: Chat, rows: Sequence[InboxRow]) -> None:
        settled = {row.id for row in rows}
        kept = [waiting for waiting in chat.rows if waiting.row.id not in settled]
        self.held -= len(chat.rows) - len(kept)
        chat.rows = kept
        if self.held < MEMORY:
            self.room.set()
