"""How much of what people sent still waits: with Telegram, or in the bot's inbox."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from tests.emulator import Emulator

__all__ = ["Waiting"]

_MUCH = 120  # messages
_LOOK = 0.5  # seconds between looks
_UNFINISHED = "SELECT count(*) FROM inbox WHERE state IN ('new', 'running')"


class Waiting:
    """``folder`` holds the bot's data."""

    def __init__(self, emulator: Emulator, folder: Path) -> None:
        self._emulator = emulator
        self._file = folder / "data" / "parley.db"
        self._looked = float("-inf")
        self._much = False

    def is_much(self) -> bool:
        """Whether so much waits that nobody should say more, as of half a second ago at most."""
        if time.monotonic() - self._looked > _LOOK:
            self._looked, self._much = time.monotonic(), self.count() > _MUCH
        return self._much

    def count(self) -> int:
        return len(self._emulator.updates.unconfirmed) + self._unfinished()

    def _unfinished(self) -> int:
        try:
            with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as database:
                return int(database.execute(_UNFINISHED).fetchone()[0])
        except sqlite3.OperationalError:  # it is not there yet, or being made
            return 0
