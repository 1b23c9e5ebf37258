"""The real process with its web door open."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.process import BotProcess
from tests.waiting import until

__all__ = ["Site"]

_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
_UP = 30.0  # seconds


class Site:
    """``bot run`` with scripted models unless ``settings`` say otherwise. Started again it keeps its port."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._settings = {"PARLEY_PROFILE": "scripted", "PARLEY_HTTP": "true", "PARLEY_HTTP_PORT": "0"} | settings
        self._process = self._made()
        self.origin = ""

    async def start(self) -> None:
        """Return once the page can be asked for."""
        told = len(self._process.output) if self._process.log.exists() else 0
        await self._process.start()
        await until(lambda: _ADDRESS.search(self._process.output, told) is not None or not self._process.running, _UP)
        found = _ADDRESS.search(self._process.output, told)
        assert found, f"the process ended:\n{self._process.output}"
        self.origin = found[0]
        self._settings["PARLEY_HTTP_PORT"] = found[1]

    async def kill(self) -> None:
        """kill -9, at once."""
        await self._process.kill()

    async def restart(self) -> None:
        self._process = self._made()
        await self.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._process.__aexit__(kind, error, trace)

    def _made(self) -> BotProcess:
        return BotProcess(None, self._folder, **self._settings)
