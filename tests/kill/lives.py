"""Lives of the real process, each ended by kill -9 at a moment drawn by lot."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from pathlib import Path

from tests.emulator import Emulator
from tests.kill.site import settings
from tests.process import BotProcess

__all__ = ["Lives", "free_port", "hooked"]

_UP = "Up on Telegram"
_STARTING = 0.25  # of the lives end before they are up
_BY_WEBHOOK = 0.2
_PACES = {0.03: 80, 0.4: 15, 2.5: 5}  # seconds an answer takes; one of more than 2 is shown while it grows
_LONGEST_START = 60.0  # seconds


class Lives:
    """``working``: seconds a life lasts on average once it is up."""

    def __init__(self, emulator: Emulator, folder: Path, chance: random.Random, working: float) -> None:
        self._emulator = emulator
        self._folder = folder
        self._chance = chance
        self._working = working
        self._port = free_port()
        self._start = 3.0  # seconds until it is up, as far as is known
        self.worked = 0.0  # seconds of all lives

    async def live_and_die(self) -> None:
        """One life, ended while it starts, recovers, or works."""
        bot = self._born(self._chance.random() < _BY_WEBHOOK)
        began, read = time.monotonic(), _size(bot.log)
        await bot.start()
        try:
            if self._chance.random() < _STARTING:
                await asyncio.sleep(self._chance.uniform(0, self._start))
            else:
                await self._work(bot, began, read)
        finally:
            await bot.kill()

    async def last(self) -> BotProcess:
        """The one that may finish everything."""
        bot = self._born(webhook=False)
        await bot.start()
        return bot

    async def _work(self, bot: BotProcess, began: float, read: int) -> None:
        await _up(bot, read)
        self._start = 0.8 * self._start + 0.2 * (time.monotonic() - began)
        life = self._chance.expovariate(1 / self._working)
        self.worked += life
        await asyncio.sleep(life)

    def _born(self, webhook: bool) -> BotProcess:
        (pace,) = self._chance.choices(list(_PACES), list(_PACES.values()))
        hook = hooked(self._port) if webhook else {}
        return BotProcess(self._emulator, self._folder, **settings(self._folder, pace, **hook))


async def _up(bot: BotProcess, read: int) -> None:
    """Wait until it says so, in what it prints behind the first ``read`` bytes. Raises TimeoutError."""
    async with asyncio.timeout(_LONGEST_START):
        while _UP.encode() not in bot.log.read_bytes()[read:]:
            if not bot.running:
                raise RuntimeError(f"it ended by itself:\n{bot.output[-4000:]}")
            await asyncio.sleep(0.03)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def hooked(port: int) -> dict[str, str]:
    """Settings of a process that Telegram brings its updates to."""
    url = f"http://127.0.0.1:{port}/hook"
    return {"PARLEY_TELEGRAM_WEBHOOK_URL": url, "PARLEY_TELEGRAM_WEBHOOK_PORT": str(port)}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
