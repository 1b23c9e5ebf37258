"""Choices of chats, remembered between the turns that ask for them."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping

from storage.ports import Preferences

__all__ = ["Recalled"]

_MOST = 10_000  # chats
_HOLDS = 30.0  # seconds; a chat that was moved has its choices back by then


class Recalled:
    """Fills ``storage.ports.Preferences`` for a process that alone writes them."""

    def __init__(self, kept: Preferences, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept = kept
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[float, Mapping[str, str]]] = OrderedDict()
        self._written = 0

    async def of(self, channel: str, chat: str) -> Mapping[str, str]:
        known = self._known.get((channel, chat))
        if known is not None and self._clock() - known[0] < _HOLDS:
            return known[1]
        written = self._written
        chosen = await self._kept.of(channel, chat)
        if written == self._written:  # else it may be older than what was written meanwhile
            self._remember((channel, chat), chosen)
        return chosen

    async def prefer(self, channel: str, chat: str, name: str, value: str | None) -> None:
        try:
            await self._kept.prefer(channel, chat, name, value)
        finally:
            self._written += 1
            self._known.pop((channel, chat), None)

    def _remember(self, key: tuple[str, str], chosen: Mapping[str, str]) -> None:
        self._known[key] = (self._clock(), chosen)
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
