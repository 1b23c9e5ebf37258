"""The emulator, and the real client, channel and door before it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from bot.incoming import Incoming, IncomingText, Sender
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from bot.telegram.door import TelegramDoor
from bot.telegram.hook import Hook
from bot.telegram.intake import Accept
from bot.telegram.menu import Menu
from bot.telegram.pace import Pace
from tests.bot.telegram.menus import MENU
from tests.emulator import Emulator

MAX_BYTES = 1024 * 1024
SECRET = "a-secret-of-the-tests"
PACE = Pace(poll=2, first=0.05, longest=0.2)


def to(chat: int, message: int | None = None) -> Incoming:
    """Something that came in from a chat, to be answered."""
    said = None if message is None else str(message)
    return Incoming(channel="telegram", chat=str(chat), key="1", sender=Sender(id="1"), message=said)


def said(kept: Sequence[Incoming]) -> list[str]:
    """The words in what was kept."""
    return [part.text for incoming in kept for part in incoming.parts if isinstance(part, IncomingText)]


class Kept:
    """An ``accept`` that keeps what it is given and can be awaited for a number of things."""

    def __init__(self) -> None:
        self.items: list[Incoming] = []
        self._changed = asyncio.Condition()

    async def __call__(self, said: Sequence[Incoming]) -> list[bool]:
        async with self._changed:
            new = [all(incoming.key != other.key for other in self.items) for incoming in said]
            self.items += said
            self._changed.notify_all()
        return new

    async def reach(self, number: int) -> list[Incoming]:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: len(self.items) >= number)
            return self.items


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running
        assert running.violations == []


@pytest.fixture
async def client(emulator: Emulator) -> AsyncIterator[TelegramClient]:
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url)
    yield client
    await client.close()


@pytest.fixture
def channel(client: TelegramClient) -> TelegramChannel:
    return TelegramChannel(client, MAX_BYTES)


@asynccontextmanager
async def opened(client: TelegramClient, accept: Accept, menu: Menu = MENU, **more: Any) -> AsyncIterator[TelegramDoor]:
    door = TelegramDoor(client, accept, menu, max_bytes=MAX_BYTES, pace=PACE, **more)
    await door.start()
    try:
        yield door
    finally:
        await door.stop()


@pytest.fixture
def hook() -> Hook:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Hook(f"http://127.0.0.1:{port}/hook/of%20ours", SECRET, port=port)
