"""The real process, started as an operator would and ended as cruelly as a test wants."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path
from typing import Self

from tests.emulator import Emulator

__all__ = ["BotProcess"]

ROOT = Path(__file__).parent.parent
_UNBOUNDED = {
    f"PARLEY_{of}{what}": "0"
    for of in ("", "CHAT_")
    for what in ("MESSAGES_PER_MINUTE", "PHOTOS_PER_DAY", "AUDIO_MINUTES_PER_DAY")
}
_ADDRESS = re.compile(r"address=(http://\S+)")


class BotProcess:
    """``python -m bot run`` against an emulator, if any, with its data below ``folder``; it prints into ``log``."""

    def __init__(self, emulator: Emulator | None, folder: Path, **settings: str) -> None:
        self.log = folder / "bot.log"
        self._process: Process | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "TELEGRAM_"))}
        telegram = (
            {"TELEGRAM_BOT_TOKEN": emulator.token, "TELEGRAM_API_BASE_URL": emulator.base_url} if emulator else {}
        )
        self._environment = (
            kept
            | telegram
            | {
                "PARLEY_ACCESS": "open",
                "PARLEY_HTTP": "false",  # a test that wants it sets it to true, and then reads ``address``
                "PARLEY_HTTP_PORT": "0",
                "PARLEY_TELEGRAM_RATE": "0",  # the emulator takes any number, of which tests make use
                **_UNBOUNDED,
                "PARLEY_BURST_WAIT": "0",  # what most tests send at once are turns of their own
                "PARLEY_DATA_DIR": str(folder / "data"),
                "PYTHONPATH": str(ROOT),  # the working folder is another, so that no .env of the checkout is read
                "HF_HUB_OFFLINE": "1",
                **settings,
            }
        )

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.log.parent, env=self._environment, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """kill -9, at once."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self, within: float = 5.0) -> int:
        """Ctrl-C; the exit status. Raises TimeoutError."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(within):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            raise

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave nothing behind, however the test ended; when it failed, show what the process said."""
        if kind is not None:
            print(self.output)
        if self.running:
            await self.kill()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def address(self) -> str | None:
        """Where the web chat of its last start is, as soon as it says so."""
        told = _ADDRESS.findall(self.output)
        return told[-1] if told else None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def _telegram(emulator: Emulator | None) -> dict[str, str]:
    if emulator is None:
        return {}
    return {"TELEGRAM_BOT_TOKEN": emulator.token, "TELEGRAM_API_BASE_URL": emulator.base_url}
