"""How long rows wait, whatever the clock on the wall is set to while we run."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime

from storage.ports import InboxRow

__all__ = ["Ages"]

_STEP = 5.0  # seconds that ages may be off
_MOST = 20_000  # steps, so more than a day


def _wall() -> datetime:
    return datetime.now(UTC)


class Ages:
    """What this process accepted ages by the monotonic clock; what an earlier one left had, when we began, the age
    that the clock on the wall showed then.

    When a row was accepted is told by its number, since most rows wait in the database alone: of every few seconds in
    which rows came the first number is kept.
    """

    def __init__(self, wall: Callable[[], datetime] = _wall, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.now = monotonic
        self._began, self._from = wall(), monotonic()
        self._left = 0  # the last row of an earlier process; numbers of rows only grow
        self._firsts: list[int] = []  # of each step
        self._steps: list[float] = []  # when it began, by ``now``

    def left(self, row: InboxRow) -> None:
        """An earlier process left that row."""
        self._left = max(self._left, row.id)

    def accepted(self, row: InboxRow) -> None:
        """This process has just accepted that row."""
        now = self.now()
        if not self._steps or now - self._steps[-1] >= _STEP:
            self._firsts.append(row.id)
            self._steps.append(now)
            del self._firsts[:-_MOST], self._steps[:-_MOST]
        elif row.id < self._firsts[-1]:  # two that came at once were told in the other order
            self._firsts[-1] = row.id

    def of(self, row: InboxRow) -> float:
        """Seconds since the row was accepted, a few more at most."""
        if row.id > self._left and self._steps:
            return self.now() - self._steps[max(0, bisect_right(self._firsts, row.id) - 1)]
        earlier = (self._began - row.accepted_at).total_seconds()
        return max(0.0, earlier) + self.now() - self._from
