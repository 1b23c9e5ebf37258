"""Parley without a messenger: the real desk, turns and database before a channel that only keeps the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from itertools import count
from pathlib import Path

from agents.assistant import Assistant
from agents.ports import LanguageModel, Senses
from bot.access import Access
from bot.channel import Previewed, Watcher
from bot.conversing import Conversing
from bot.inbox import Desk
from bot.incoming import Incoming, IncomingPart, IncomingText, Sender
from bot.notices import Notices
from bot.said import Choices, Said
from bot.stopping import Stops
from bot.texts import Texts
from bot.turns import Turns
from storage.assembly import open_storage

__all__ = ["Office", "office"]

WORKERS = 64


class _Channel:
    """Fills ``bot.channel.Channel``: hands out the media it was given, and notes when an answer comes."""

    name = "bench"

    def __init__(self) -> None:
        self.media: dict[str, bytes] = {}
        self.answers: dict[str, asyncio.Future[float]] = {}

    async def fetch(self, ref: str) -> bytes:
        return self.media[ref]

    def compose(self, said: Said) -> list[str]:
        return [said.text]

    async def send(self, to: Incoming, text: str, instead: str | None = None) -> None:
        self.answers.pop(to.key).set_result(time.perf_counter())

    def newest(self, to: Incoming) -> None:
        """It has no such."""

    async def found(self, to: Incoming, piece: object, doubt: object, known: object, looking: object) -> str | None:
        raise AssertionError("nothing is in doubt")

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        raise AssertionError("nothing is under it")

    async def withdraw(self, to: Incoming, message: str) -> None:
        raise AssertionError("nothing is surplus")

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        return nullcontext(lambda _: None)


class Office:
    """Takes turns in and tells how long each took."""

    def __init__(self, desk: Desk, channel: _Channel) -> None:
        self._desk = desk
        self._channel = channel
        self._keys = count(1)

    async def settled(self) -> None:
        """Wait until the desk has noted everything that was answered."""
        await self._desk.idle()

    @property
    def media(self) -> dict[str, bytes]:
        """What the channel hands out, by the ``ref`` of the part."""
        return self._channel.media

    async def ask(self, chat: str, *parts: IncomingPart | str) -> float:
        """Seconds from handing the turn to the desk until its whole answer is with the channel."""
        key = str(next(self._keys))
        said = tuple(IncomingText(text=part) if isinstance(part, str) else part for part in parts)
        incoming = Incoming(channel="bench", chat=chat, key=key, sender=Sender(id=chat, locale="en"), parts=said)
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._channel.answers[key] = answered
        began = time.perf_counter()
        await self._desk.accept(incoming)
        return await answered - began


@asynccontextmanager
async def office(folder: Path, llm: LanguageModel, senses: Senses | None = None) -> AsyncIterator[Office]:
    """An office whose database lies in ``folder``."""
    wording, channel, access = Texts(), _Channel(), {"bench": Access(everybody=True)}
    async with open_storage(f"sqlite:///{folder / 'parley.db'}", folder / "media") as kept:
        conversing = Conversing(Assistant(senses or Senses(), llm, wording), kept.conversations)
        channels = {channel.name: channel}
        turns = Turns(channels, conversing, kept.inbox, access, wording, Stops())
        notices = Notices(channels, access, wording)
        desk = Desk(kept.inbox, turns.work, notices.buried, notices.delayed, workers=WORKERS)
        await desk.start()
        try:
            yield Office(desk, channel)
        finally:
            await desk.stop()
