"""Who has heard of something lately, so that nobody hears it again and again."""

from __future__ import annotations

from collections.abc import Callable

from bot.queueing import ChatKey

__all__ = ["Heard"]


class Heard:
    """Each chat hears once in ``every`` seconds by the ``clock``, and no more than ``most`` chats in that time.

    Nobody is forgotten sooner to make room: were the oldest, each round over more chats would tell all of them again.
    """

    def __init__(self, every: float, most: int, clock: Callable[[], float]) -> None:
        self._every = every
        self._most = most
        self._clock = clock
        self._when: dict[ChatKey, float] = {}  # oldest first

    def due(self, chat: ChatKey) -> bool:
        """Whether to tell the chat now, which is noted."""
        now = self._clock()
        while self._when and now - self._when[oldest := next(iter(self._when))] >= self._every:
            del self._when[oldest]
        if chat in self._when or len(self._when) >= self._most:
            return False
        self._when[chat] = now
        return True
