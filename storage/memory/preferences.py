"""What chats have chosen, in memory."""

from __future__ import annotations

from collections.abc import Mapping

from storage.columns import storable

__all__ = ["MemoryPreferences"]


class MemoryPreferences:
    """Fills ``storage.ports.Preferences``."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, str], dict[str, str]] = {}

    async def of(self, channel: str, chat: str) -> Mapping[str, str]:
        return dict(sorted(self._of(channel, chat).items()))

    async def prefer(self, channel: str, chat: str, name: str, value: str | None) -> None:
        chosen = self._of(channel, chat)
        if value is None:
            chosen.pop(storable(name), None)
        else:
            chosen[storable(name)] = storable(value)

    def moved(self, channel: str, chat: str, to: str) -> None:
        """The chat goes by another name; what was chosen under that name before stays."""
        came = self._chosen.pop((storable(channel), storable(chat)), {})
        self._chosen[storable(channel), storable(to)] = came | self._of(channel, to)

    def _of(self, channel: str, chat: str) -> dict[str, str]:
        return self._chosen.setdefault((storable(channel), storable(chat)), {})
