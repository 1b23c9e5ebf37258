"""How much memory a process with all its children takes, and how much of the GPUs' is in use."""

from __future__ import annotations

import asyncio

import psutil

from agents.models.devices import vram_used

__all__ = ["Meter"]

_EVERY = 0.2  # seconds between two looks


class Meter:
    """Watches one process from :meth:`begin` on. ``ram`` and ``vram`` are bytes beyond what there was then."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._vram_before = vram_used()
        self._ram_before: int | None = None
        self.ram: int | None = None
        self.ram_peak: int | None = None
        self.vram: int | None = None

    def begin(self) -> None:
        """From now on it is the model's."""
        self._ram_before = resident(self._pid)

    def look(self) -> None:
        """Read again; of memory that is no longer there, the last reading stays."""
        now = resident(self._pid)
        if now and self._ram_before is not None:
            self.ram = max(0, now - self._ram_before)
            self.ram_peak = max(self.ram_peak or 0, self.ram)
        if self._vram_before is not None:
            self.vram = max(self.vram or 0, (vram_used() or 0) - self._vram_before)

    async def watch(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(_EVERY)


def resident(pid: int) -> int:
    """Resident bytes of a process and its descendants; 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    return sum(_resident(one) for one in family)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
