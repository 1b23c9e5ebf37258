"""How much memory the child takes, looked up now and then beside its work."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from agents.models.child import Child
    from agents.models.metrics import Meter

__all__ = ["Weighing"]

_EVERY = 10.0  # seconds


class Weighing:
    """Tells the meter what is resident. It belongs to one event loop."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._next = 0.0  # the loop's time
        self._weighing: asyncio.Future[None] | None = None

    def weigh(self, child: Child | None, device: str) -> None:
        """Look it up in a thread, unless that was done a moment ago."""
        now = asyncio.get_running_loop().time()
        if child is not None and now >= self._next:
            self._next = now + _EVERY
            self._weighing = asyncio.ensure_future(asyncio.to_thread(self._look, child.pid, device))

    def _look(self, pid: int, device: str) -> None:
        try:
            size = psutil.Process(pid).memory_info().rss
        except psutil.Error:  # it has just ended
            return
        self._meter.takes(device, "measured", size)
