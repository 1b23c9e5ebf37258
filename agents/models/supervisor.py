"""Keeps one child process serving: starts it when first needed and again after it died, but not endlessly."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from agents.models.child import Child, ChildFailure, ChildNotReady

__all__ = ["Supervisor"]

_log = structlog.get_logger()
_MINUTE = 60.0


class Supervisor:
    """``launch`` starts one child. At most ``per_minute`` starts a minute. The second is at once, since
    somebody waits for it; from the third on each waits for longer.

    ``pause`` is in seconds, before the third start within a minute; it doubles with every further one.
    """

    def __init__(self, launch: Callable[[], Awaitable[Child]], *, per_minute: int = 5, pause: float = 0.25) -> None:
        self._launch = launch
        self._per_minute = per_minute
        self._pause = pause
        self._starts: deque[float] = deque()
        self._child: Child | None = None
        self._leaving: Child | None = None
        self._starting: asyncio.Task[Child] | None = None
        self._stopped = False

    @property
    def current(self) -> Child | None:
        """The child that serves now, if any."""
        child = self._child
        return child if child and child.running and child is not self._leaving else None

    async def child(self) -> Child:
        """A serving child, started if need be. All who wait share one start, which no one's cancelling ends.

        Raises ChildNotReady.
        """
        if self._stopped:
            raise ChildNotReady(ChildFailure.STOPPED)
        if child := self.current:
            return child
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(_seen)
        starting = self._starting
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            if starting.cancelled():  # by stop(), not by whoever waits here
                raise ChildNotReady(ChildFailure.STOPPED) from None
            raise

    async def _start(self) -> Child:
        await self._hold_back()
        if self._child:
            await self._child.stop()
        began = time.monotonic()
        self._child = await self._launch()
        _log.info("child serves", seconds=round(time.monotonic() - began, 2), starts_this_minute=len(self._starts))
        return self._child

    async def _hold_back(self) -> None:
        now = time.monotonic()
        while self._starts and now - self._starts[0] > _MINUTE:
            self._starts.popleft()
        earlier = len(self._starts)
        if earlier >= self._per_minute:
            raise ChildNotReady(ChildFailure.EXHAUSTED)
        self._starts.append(now)
        if earlier > 1:
            await asyncio.sleep(self._pause * 2 ** (earlier - 2))

    def resume(self) -> None:
        """Allow starting again after ``stop``."""
        self._stopped = False

    async def replace(self, child: Child) -> None:
        """End a child that no longer does its work; the next who asks gets a new one."""
        await child.stop()

    async def retire(self, child: Child) -> None:
        """End a child that is not needed for now; the next who asks waits for its end and gets a new one."""
        self._leaving = child
        self.forgive()
        await child.stop()

    def forgive(self) -> None:
        """Forget the starts so far: what made them needed is over."""
        self._starts.clear()

    async def stop(self) -> None:
        """End the child and start no other until ``resume``."""
        self._stopped = True
        if self._starting and not self._starting.done():
            self._starting.cancel()
            await asyncio.wait([self._starting])
        if self._child:
            await self._child.stop()
            self._child = None


def _seen(task: asyncio.Task[Child]) -> None:
    """Take note of a failed start whose every waiter has gone, so that asyncio does not complain about it."""
    if not task.cancelled():
        task.exception()
