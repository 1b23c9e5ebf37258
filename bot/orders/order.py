"""What a command is."""

from __future__ import annotations

from typing import Protocol

from bot.incoming import Incoming
from bot.said import Said

__all__ = ["Order"]


class Order(Protocol):
    """``name`` is what people type after the slash. ``for_admins``: nobody else may give it, or sees it in a menu.

    ``in_groups``: it makes sense where several people read along. Its line in the menu is the sentence
    ``menu.<name>`` of bot/texts.
    """

    @property
    def name(self) -> str: ...

    @property
    def for_admins(self) -> bool: ...

    @property
    def in_groups(self) -> bool: ...

    async def obey(self, said: Incoming, language: str) -> Said:
        """What to say to it. Raises StorageError."""
        ...
