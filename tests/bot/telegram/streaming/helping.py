"""An answer that grows, where it is seen, and how it is finished."""

from __future__ import annotations

import asyncio

from agents.values import Delta
from bot.channel import Watcher
from bot.incoming import Incoming
from bot.said import Choice, Said
from bot.telegram.channel import TelegramChannel
from tests.bot.telegram.conftest import to
from tests.emulator import Emulator

RATE = ((Choice("good", "good:1"),),)


class Previewed:
    """Keeps the previews it hears of, and how much had been shown of each by then."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self.messages: list[str] = []
        self.edits = 0

    async def __call__(self, message: str) -> None:
        self.messages.append(message)
        self.edits = self._emulator.count("editMessageText")


async def grow(watcher: Watcher, pieces: int = 25, seconds: float = 0.01) -> str:
    """Some hundred characters, a few at a time; all of it in the end."""
    text = ""
    for number in range(pieces):
        piece = f"**word** number {number}. "
        watcher(Delta(piece))
        text += piece
        await asyncio.sleep(seconds)
    return text


async def finish(
    channel: TelegramChannel, on: Incoming, text: str, previewed: Previewed | None = None, before: str | None = None
) -> str | None:
    """Deliver the answer in the place of the preview, if there is one."""
    places = [*(previewed.messages[-1:] if previewed else []), before]
    (piece,) = channel.compose(Said(text, markdown=True, choices=RATE))
    return await channel.send(on, piece, places[0])


def in_group(emulator: Emulator) -> Incoming:
    return to(emulator.group(), None)
