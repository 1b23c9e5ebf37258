"""Choices of chats, remembered between the turns that ask for them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from storage.ports import Preferences

__all__ = ["Recalled"]

_MOST = 10_000  # chats


class Recalled:
    """Fills ``storage.ports.Preferences`` for one process that alone writes them: what was read holds until it is
    written.
    """

    def __init__(self, kept: Preferences) -> None:
        self._kept = kept
        self._known: OrderedDict[tuple[str, str], Mapping[str, str]] = OrderedDict()

    async def of(self, channel: str, chat: str) -> Mapping[str, str]:
        key = (channel, chat)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        self._known[key] = chosen = await self._kept.of(channel, chat)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return chosen

    async def prefer(self, channel: str, chat: str, name: str, value: str | None) -> None:
        try:
            await self._kept.prefer(channel, chat, name, value)
        finally:
            self._known.pop((channel, chat), None)
