"""How often something may be started again: not endlessly, however often it dies."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

__all__ = ["Starts"]

_MINUTE = 60.0


class Starts:
    """At most ``most`` starts a minute, by the monotonic clock."""

    def __init__(self, most: int = 5, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._lately: deque[float] = deque()

    def take(self) -> bool:
        """Whether one more may be made now; then it counts."""
        now = self._clock()
        while self._lately and now - self._lately[0] > _MINUTE:
            self._lately.popleft()
        if len(self._lately) >= self._most:
            return False
        self._lately.append(now)
        return True
