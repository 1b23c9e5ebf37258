"""The photos of a turn on their way to models that take several at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

__all__ = ["Album"]

_COMPANY = 0.3  # seconds a decoded photo waits for the others: more than they take, unless something is wrong with one


class Album:
    """Photos that are decoded at the same time may go on together."""

    def __init__(self, company: float = _COMPANY) -> None:
        self._company = company
        self._decoding = 0
        self._all_decoded = asyncio.Event()
        self._until: float | None = None

    @contextmanager
    def leaf(self) -> Iterator[None]:
        """Decode one photo inside."""
        if not self._decoding:
            self._until = None
        self._decoding += 1
        self._all_decoded.clear()
        try:
            yield
        finally:
            self._decoding -= 1
            self._begin_to_wait()
            if not self._decoding:
                self._all_decoded.set()

    async def gathered(self) -> None:
        """Wait for the photos that are being decoded, but not long after the first of them was."""
        self._begin_to_wait()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._until):
                await self._all_decoded.wait()

    def _begin_to_wait(self) -> None:
        self._until = self._until or asyncio.get_running_loop().time() + self._company
