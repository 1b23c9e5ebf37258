"""The port of what chats have chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Preferences"]


class Preferences(Protocol):
    """What a chat has chosen for itself, and what it was called before: a few named short texts."""

    async def of(self, channel: str, chat: str) -> Mapping[str, str]: ...

    async def prefer(self, channel: str, chat: str, name: str, value: str | None) -> None:
        """Keep a choice; None takes it back."""
        ...
