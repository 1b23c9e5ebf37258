"""How long rows wait, whatever the clock on the wall is set to while we run."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from storage.ports import InboxRow

__all__ = ["Ages"]


def _wall() -> datetime:
    return datetime.now(UTC)


class Ages:
    """What this process accepted ages by the monotonic clock; what an earlier one left had, when we began, the age
    that the clock on the wall showed then.
    """

    def __init__(self, wall: Callable[[], datetime] = _wall, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.now = monotonic
        self._began, self._from = wall(), monotonic()
        self._left = 0  # the last row of an earlier process; numbers of rows only grow

    def left(self, row: InboxRow) -> None:
        """An earlier process left that row."""
        self._left = max(self._left, row.id)

    def of(self, row: InboxRow, since: float) -> float:
        """Seconds that the row waits; of one of our own, from ``since`` on by ``now``."""
        if row.id > self._left:
            return self.now() - since
        earlier = (self._began - row.accepted_at).total_seconds()
        return max(0.0, earlier) + self.now() - self._from
