"""Readiness: whether turns can be answered now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from bot.models import Loaded
from storage.errors import StorageError

__all__ = ["Readiness"]

_WRITE = 2.0  # seconds
_FRESH = 1.0  # seconds an answer of the database counts


class Readiness:
    """``writable`` raises StorageError while nothing can be written."""

    def __init__(self, roles: Iterable[str], writable: Callable[[], Awaitable[None]]) -> None:
        self._models = dict.fromkeys(roles, "loading")
        self._writable = writable
        self._asking = asyncio.Lock()
        self._asked = float("-inf")
        self._can_write = False
        self.open = False  # whether the desk works on what comes in

    def loaded(self, model: Loaded) -> None:
        self._models[model.role] = "failed" if model.error else "loaded"

    async def facts(self) -> dict[str, object]:
        """As JSON takes it; ``status`` is ready, starting, or not-ready."""
        writable = await self._database()
        states = set(self._models.values())
        if "loading" in states or not self.open:
            status = "starting"
        else:
            status = "ready" if writable and states <= {"loaded"} else "not-ready"
        database = "writable" if writable else "not-writable"
        return {"status": status, "models": dict(self._models), "database": database}

    async def _database(self) -> bool:
        async with self._asking:  # however many ask at once, the database is asked once
            if time.monotonic() - self._asked > _FRESH:
                self._can_write = await self._try_to_write()
                self._asked = time.monotonic()
            return self._can_write

    async def _try_to_write(self) -> bool:
        try:
            async with asyncio.timeout(_WRITE):
                await self._writable()
        except (StorageError, TimeoutError):
            return False
        return True
