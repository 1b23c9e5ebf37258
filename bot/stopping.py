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
        self._before: OrderedDict[tuple[str, str], str] = OrderedDict()

    def ask(self, channel: str, key: str) -> None:
        """Stop the turn that came in under this key."""
        turn = (channel, key)
        if turn in self._under_way:
            self._under_way[turn].set()
            return
        self._early[turn] = None
        if len(self._early) > self._most:
            self._early.popitem(last=False)

    def ask_now(self, channel: str, chat: str) -> bool:
        """Stop the turn that is under way in the chat; False where there is none."""
        stop = self._chats.get((channel, chat))
        if stop is not None:
            stop.set()
        return stop is not None

    def ask_chat(self, channel: str, chat: str, key: str) -> None:
        """Stop the turn that is under way in the chat because of what came in under this key; if there is none, those
        that wait before that, until :meth:`settled`.
        """
        if self.ask_now(channel, chat):
            self._heeded.append((channel, key))
            return
        self._before[channel, chat] = key
        if len(self._before) > self._most:
            self._before.popitem(last=False)

    def settled(self, channel: str, chat: str, key: str) -> bool:
        """It is the turn of what came in under this key: whether it has brought one to an end."""
        if self._before.get((channel, chat)) == key:
            del self._before[channel, chat]
        return (channel, key) in self._heeded

    @contextmanager
    def heeded(self, channel: str, key: str, chat: str = "") -> Iterator[asyncio.Event]:
        """While the turn is worked on: an event that is set once it is to stop."""
        turn = (channel, key)
        stop = self._under_way.setdefault(turn, asyncio.Event())
        self._chats[channel, chat] = stop
        if turn in self._early:
            stop.set()
        if (channel, chat) in self._before:
            stop.set()
            self._heeded.append((channel, self._before[channel, chat]))
        try:
            yield stop
        finally:
            del self._under_way[turn]
            self._chats.pop((channel, chat), None)
