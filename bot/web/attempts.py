"""How often somebody may guess."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from bot.web.bounds import Bounds
from bot.web.refusal import Refused

__all__ = ["Attempts"]

_MOST_ADDRESSES = 1000


class Attempts:
    """Counts failures by address and overall, within a time; the addresses that failed last are remembered.

    ``overall=False``: by address alone, so that nobody's failures keep others out.
    """

    def __init__(self, bounds: Bounds, *, overall: bool = True, clock: Callable[[], float] = time.monotonic) -> None:
        self._bounds = bounds
        self._clock = clock
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._overall: deque[float] = deque(maxlen=bounds.login_failures_overall if overall else 0)

    def check(self, address: str) -> None:
        """Raises Refused while there were too many failures."""
        counted = ((self._by_address.get(address), self._bounds.login_failures), (self._overall, self._overall.maxlen))
        for failures, most in counted:
            if failures and len(failures) == most and (wait := self._left(failures[0])) > 0:
                raise Refused("too-many-tries", 429, retry_after=int(wait) + 1, minutes=int(wait / 60) + 1)

    def failed(self, address: str) -> None:
        failures = self._by_address.setdefault(address, deque(maxlen=self._bounds.login_failures))
        self._by_address.move_to_end(address)
        if len(self._by_address) > _MOST_ADDRESSES:
            self._by_address.popitem(last=False)
        for counted in (failures, self._overall):
            counted.append(self._clock())

    def _left(self, failure: float) -> float:
        return failure + self._bounds.login_window - self._clock()
