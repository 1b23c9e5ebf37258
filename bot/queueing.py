"""The chats whose turn it is next, in order, and how long one that has just joined will wait."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TypeAlias

__all__ = ["ChatKey", "Queueing"]

ChatKey: TypeAlias = tuple[str, str]  # channel and chat

_WEIGHT = 0.1  # of the newest row in the mean
_WITH_MEDIA = 8  # turns at once: each may hold 100 MB of files, and a gigabyte of what is in them


class Queueing:
    """A queue of chats that knows its pace: seconds that one row takes one worker, the mean of the latest.

    Chats whose next turn brings media take a place when they may be begun, and wait for one apart from the others,
    which pass them by. Who was told of a chat by ``next`` says when it is ``done`` with it.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._ready: asyncio.Queue[ChatKey] = asyncio.Queue()
        self._held: deque[ChatKey] = deque()
        self._with_media: set[ChatKey] = set()
        self._joined = self._left = 0
        self._pace: float | None = None

    def join(self, chat: ChatKey, *, media: bool = False) -> int:
        """Queue a chat; the number it drew."""
        if media and len(self._with_media) >= _WITH_MEDIA:
            self._held.append(chat)
        else:
            self._let(chat, media=media)
        self._joined += 1
        return self._joined

    async def next(self) -> ChatKey:
        chat = await self._ready.get()
        self._left += 1
        return chat

    def done(self, chat: ChatKey) -> None:
        """It has been worked on."""
        if chat in self._with_media:
            self._with_media.discard(chat)
            if self._held:
                self._let(self._held.popleft(), media=True)

    def took(self, seconds: float) -> None:
        """A row was answered in that time."""
        self._pace = seconds if self._pace is None else (1 - _WEIGHT) * self._pace + _WEIGHT * seconds

    def wait(self, number: int) -> float | None:
        """Seconds until the chat with that number is answered, about; None while nobody knows."""
        ahead = max(0, number - self._left)
        return None if self._pace is None else self._pace * (1 + ahead / self._workers)

    def _let(self, chat: ChatKey, *, media: bool) -> None:
        if media:
            self._with_media.add(chat)
        self._ready.put_nowait(chat)
