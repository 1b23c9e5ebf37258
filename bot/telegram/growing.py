"""An answer as far as it has come, and the signal that no more of it will be shown."""

from __future__ import annotations

import asyncio

from agents.values import Answered, Delta, Event, Observation, Perceived, Restarted
from bot.incoming import Incoming
from bot.telegram.pieces import above_of
from bot.telegram.text import Page, preview
from bot.transcripts import Shown, Transcripts

__all__ = ["Growing"]


class Growing:
    """``text`` is Markdown. ``whole``: the answer is there, and what is still done is its delivery, or speaking it."""

    def __init__(self, on: Incoming, transcripts: Transcripts) -> None:
        self.text = ""
        self.whole = False
        self._on = on
        self._transcripts = transcripts
        self._shown: Shown | None = None
        self._observations: list[Observation] = []
        self._ended = asyncio.Event()

    def watch(self, event: Event) -> None:
        """Be told of an event of the turn."""
        match event:
            case Perceived(observation) if observation.kind.is_of_speech:
                self._observations.append(observation)
            case Delta(text):
                self.text += text
            case Restarted():
                self.text = ""
            case Answered():
                self.whole = True

    async def page(self) -> Page | None:
        """What it looks like now, with what was heard above it as above the whole answer; None where that is nothing.

        Never raises.
        """
        if self._observations and self._shown is None:
            self._shown = await self._transcripts.shown(self._on)
        text, above = self._transcripts.parted(self.text, self._observations, self._shown or "never")
        return preview(text, above=above_of(above)) if text.strip() or above else None

    def end(self) -> None:
        self._ended.set()

    async def wait(self, seconds: float) -> bool:
        """Whether it goes on after so many seconds; returns at once when it ends."""
        try:
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        except TimeoutError:
            return True
        return False
