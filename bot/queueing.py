"""The chats whose turn it is next, in order, and how long one that has just joined will wait."""

from __future__ import annotations

import asyncio
from typing import TypeAlias

__all__ = ["ChatKey", "Queueing"]

ChatKey: TypeAlias = tuple[str, str]  # channel and chat

_WEIGHT = 0.1  # of the newest row in the mean


class Queueing:
    """A queue of chats that knows its pace: seconds that one row takes one worker, the mean of the latest."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._ready: asyncio.Queue[ChatKey] = asyncio.Queue()
        self._joined = self._left = 0
        self._pace: float | None = None

    def join(self, chat: ChatKey) -> int:
        """Queue a chat; the number it drew."""
        self._ready.put_nowait(chat)
        self._joined += 1
        return self._joined

    async def next(self) -> ChatKey:
        chat = await self._ready.get()
        self._left += 1
        return chat

    def took(self, seconds: float) -> None:
        """A row was answered in that time."""
        self._pace = seconds if self._pace is None else (1 - _WEIGHT) * self._pace + _WEIGHT * seconds

    def wait(self, number: int) -> float | None:
        """Seconds until the chat with that number is answered, about; None while nobody knows."""
        ahead = max(0, number - self._left)
        return None if self._pace is None else self._pace * (1 + ahead / self._workers)
