"""Models that did not load are tried again, ever more rarely, so that one whose files or host come later is used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.models import Loaded

__all__ = ["Mending"]


class Mending:
    """``load`` tries the model of one role; ``told`` hears of each that is there at last.

    Seconds: ``first`` before the second try, doubling with each further one up to ``longest``.
    """

    def __init__(
        self,
        load: Callable[[str], Awaitable[Loaded]],
        told: Callable[[Loaded], None],
        *,
        first: float = 30.0,
        longest: float = 300.0,
    ) -> None:
        self._load, self._told = load, told
        self._pause, self._longest = first, longest
        self._failed: set[str] = set()

    def note(self, model: Loaded) -> None:
        """How loading went at the start."""
        if model.error:
            self._failed.add(model.role)

    async def run(self) -> None:
        """Return as soon as every model has loaded."""
        while self._failed:
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, self._longest)
            for role in sorted(self._failed):
                model = await self._load(role)
                if model.error is None:
                    self._failed.discard(role)
                    self._told(model)
