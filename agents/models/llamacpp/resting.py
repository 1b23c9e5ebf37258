"""What is in use, and when it has rested long enough to be let go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

__all__ = ["Resting"]


class Resting:
    """Calls ``leave`` once nothing was in use for ``after`` seconds; ``None``: never. It belongs to one event loop."""

    def __init__(self, after: float | None, leave: Callable[[], Awaitable[None]]) -> None:
        self._after = after
        self._leave = leave
        self._users = 0
        self._timer: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Future[None] | None = None

    @contextmanager
    def used(self) -> Iterator[None]:
        self._users += 1
        self.cancel()
        try:
            yield
        finally:
            self._users -= 1
            if self._after is not None and not self._users:
                self._timer = asyncio.get_running_loop().call_later(self._after, self._left)

    def cancel(self) -> None:
        """Forget the time that it has rested so far."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _left(self) -> None:
        self._timer = None
        self._leaving = asyncio.ensure_future(self._let_go())

    async def _let_go(self) -> None:
        if not self._users:  # somebody may have come in this instant
            await self._leave()
