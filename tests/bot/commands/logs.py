"""What tests of ``python -m bot log`` keep to be read, and how they run it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from agents.values import Document, Observation, ObservationKind, Text, Turn, Unread, UnreadReason, Video
from bot.commands import log
from bot.settings import Settings
from storage.assembly import Storage, open_storage
from storage.ports import Rating
from tests.storage.makers import Clock, answered, not_heard, photo_turn, seen, turn

__all__ = ["command", "fill", "rated", "two_talks"]


def fill(settings: Settings, work: Callable[[Storage, Clock], Coroutine[Any, Any, None]]) -> None:
    async def filled() -> None:
        clock = Clock()
        async with open_storage(settings.url, settings.media_dir, clock=clock) as kept:
            await work(kept, clock)

    asyncio.run(filled())


async def two_talks(kept: Storage, clock: Clock) -> None:
    talks = kept.conversations
    await talks.open("telegram", "7")
    await talks.open("terminal", "default")
    heard = await talks.hear("telegram", "7", photo_turn("what does it say?\nplease"), sender_id="u1")
    clock.move(seconds=2)
    await talks.answer(heard.turn, answered("It says EXIT.", seen(), not_heard()))
    clock.move(days=2)
    await talks.hear("terminal", "default", Turn((Text("hello"), Unread("poll", UnreadReason.UNSUPPORTED))))


def command(settings: Settings, *words: str) -> int:
    parser = argparse.ArgumentParser()
    log.register(parser.add_subparsers())
    args = parser.parse_args(["log", *words])
    return int(args.run(args, settings))


async def rated(kept: Storage, clock: Clock) -> None:
    talks = kept.conversations
    parts = (Text("look", origin="News"), Video(b"video"), Document(b"a,b", "text/csv", "sums.csv", origin="Bob"))
    heard = await talks.hear("telegram", "7", Turn(parts, sender="Ada"), messages=["1", "2", "3"])
    read = Observation(ObservationKind.DOCUMENT_TEXT, "a,b", 1.0, "text", 0.01, 2)
    await talks.answer(heard.turn, answered("Sums.", read))
    await talks.rate("telegram", "7", heard.turn, Rating("u1", False, "wrong"))
    await talks.rate("telegram", "7", heard.turn, Rating("u2", True))
    again = await talks.hear("telegram", "7", turn("look again"), replaces=heard.turn)
    await talks.answer(again.turn, answered("An exit."))
