"""What the bot's database says was accepted, and which of it was one turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.kill.journal import Said

__all__ = ["Kept", "Row"]

_ROWS = "SELECT id, key, state, head, attempts, album, accepted_at FROM inbox WHERE channel = 'telegram'"
_PARTS = """SELECT turns.inbox_id, parts.message FROM parts JOIN turns ON turns.id = parts.turn_id
    WHERE turns.inbox_id IS NOT NULL AND NOT parts.quoted"""


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    key: str
    state: str
    head: int | None
    attempts: int
    album: str | None
    accepted_at: str

    @property
    def accepted(self) -> datetime:
        return datetime.fromisoformat(self.accepted_at)


@dataclass(frozen=True, slots=True)
class Kept:
    rows: dict[str, Row]
    parts: dict[int, set[str]]  # by head: the messages whose parts are in the turn

    @classmethod
    def read(cls, folder: Path) -> Kept:
        """From the data below the folder."""
        with closing(sqlite3.connect(f"file:{folder / 'data' / 'parley.db'}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            rows = [Row(**told) for told in map(dict, database.execute(_ROWS))]
            parts: dict[int, set[str]] = {}
            for head, message in map(tuple, database.execute(_PARTS)):
                parts.setdefault(head, set()).add(str(message))
        return cls({_without_second(row.key): row for row in rows}, parts)

    def row(self, said: Said) -> Row | None:
        return self.rows.get(f"{said.key}/edit/{said.update}" if said.instead is not None else said.key)

    def groups(self, said: Sequence[Said]) -> dict[int, list[Said]]:
        """What was said, by the turn it is part of."""
        found: dict[int, list[Said]] = {}
        for one in said:
            row = self.row(one)
            if row is not None and row.head is not None:
                found.setdefault(row.head, []).append(one)
        return found


def _without_second(key: str) -> str:
    """An edit's key without the second it was made in, which its maker does not know."""
    message, mark, rest = key.partition("/edit/")
    return f"{message}{mark}{rest.partition('/')[2]}" if mark else key
