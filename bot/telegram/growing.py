"""An answer as far as it has come, and the signal that no more of it will be shown."""

from __future__ import annotations

import asyncio

from agents.values import Answered, Delta, Event, Restarted

__all__ = ["Growing"]


class Growing:
    """``text`` is Markdown. ``whole``: the answer is there, and what is still done is its delivery, or speaking it."""

    def __init__(self) -> None:
        self.text = ""
        self.whole = False
        self._ended = asyncio.Event()

    def watch(self, event: Event) -> None:
        """Be told of an event of the turn."""
        match event:
            case Delta(text):
                self.text += text
            case Restarted():
                self.text = ""
            case Answered():
                self.whole = True

    def end(self) -> None:
        self._ended.set()

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    async def wait(self, seconds: float) -> bool:
        """Whether it goes on after so many seconds; returns at once when it ends."""
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return True
        return False
