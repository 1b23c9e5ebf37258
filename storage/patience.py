"""How long we wait for a database that somebody else holds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from storage.errors import StorageBusy

__all__ = ["Patience"]

T = TypeVar("T")
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Patience:
    """Try again for ``seconds``, of which SQLite itself waits up to a third in every try."""

    seconds: float = 4.0

    @property
    def busy_timeout(self) -> int:
        """In milliseconds, for SQLite's pragma of that name."""
        return int(self.seconds * 1000 / 3)

    def retrying(self, work: Callable[[], T]) -> T:
        """The work's value; StorageBusy after at most 4/3 of the time. To be called in a thread."""
        deadline = time.monotonic() + self.seconds
        while True:
            try:
                return work()
            except StorageBusy:
                if time.monotonic() >= deadline:
                    raise
            # SQLite refuses some locks at once, without waiting its time-out.
            time.sleep(_PAUSE)
