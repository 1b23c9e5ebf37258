"""The real process, started as an operator would and ended as cruelly as a test wants."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path
from typing import Self

from tests.emulator import Emulator

__all__ = ["BotProcess"]

ROOT = Path(__file__).parent.parent


class BotProcess:
    """``python -m bot run`` against an emulator, with its data below ``folder``; what it prints goes to ``log``."""

    def __init__(self, emulator: Emulator, folder: Path, **settings: str) -> None:
        self.log = folder / "bot.log"
        self._process: Process | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "TELEGRAM_"))}
        self._environment = kept | {
            "TELEGRAM_BOT_TOKEN": emulator.token,
            "TELEGRAM_API_BASE_URL": emulator.base_url,
            "PARLEY_ACCESS": "open",
            "PARLEY_DATA_DIR": str(folder / "data"),
            "PYTHONPATH": str(ROOT),  # the working folder is another, so that no .env of the checkout is read
            "HF_HUB_OFFLINE": "1",
            **settings,
        }

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
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")
