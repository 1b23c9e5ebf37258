"""Turns whose senders no longer want the answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Stops"]


class Stops:
    """Brings a sender's "stop" to the turn it is about: under way, or still waiting.

    The last ``most`` stops of turns that have not begun are remembered.
    """

    def __init__(self, *, most: int = 1000) -> None:
        self._most = most
        self._under_way: dict[tuple[str, str], asyncio.Event] = {}
        self._chats: dict[tuple[str, str], asyncio.Event] = {}
        self._heeded: deque[tuple[str, str]] = deque(maxlen=most)
        self._early: OrderedDict[tuple[str, str], None] = OrderedDict()

    def ask(self, channel: str, key: str) -> None:
        """Stop the turn that came in under this key."""
        turn = (channel, key)
        if turn in self._under_way:
            self._under_way[turn].set()
            return
        self._early[turn] = None
        if len(self._early) > self._most:
            self._early.popitem(last=False)

    def ask_chat(self, channel: str, chat: str, key: str) -> None:
        """Stop the turn that is under way in the chat, if there is one, because of what came in under this key."""
        if (channel, chat) in self._chats:
            self._chats[channel, chat].set()
            self._heeded.append((channel, key))

    def has_stopped(self, channel: str, key: str) -> bool:
        """Whether what came in under this key brought a turn to an end, of the last few that did."""
        return (channel, key) in self._heeded

    @contextmanager
    def heeded(self, channel: str, key: str, chat: str = "") -> Iterator[asyncio.Event]:
        """While the turn is worked on: an event that is set once it is to stop."""
        turn = (channel, key)
        stop = self._under_way.setdefault(turn, asyncio.Event())
        self._chats[channel, chat] = stop
        if turn in self._early:
            stop.set()
        try:
            yield stop
        finally:
            del self._under_way[turn]
            self._chats.pop((channel, chat), None)
