"""What the process holds at a moment, as the system and its own metrics tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import aiohttp
import psutil

from tests.process import BotProcess

__all__ = ["Sample", "sample"]

_TOLD = re.compile(r"^(parley_tasks|parley_turns_total\{outcome=\"answered\"\}) (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sample:
    """``resident`` in bytes, of the process alone; ``at``: seconds since the run began."""

    at: float
    turns: int
    resident: int
    files: int
    threads: int
    children: int
    tasks: int


async def sample(bot: BotProcess, at: float) -> Sample:
    told = dict(_TOLD.findall(await _metrics(bot)))
    process = psutil.Process(bot.pid)
    with process.oneshot():
        return Sample(
            at,
            int(float(told['parley_turns_total{outcome="answered"}'])),
            process.memory_info().rss,
            process.num_fds(),
            process.num_threads(),
            len(process.children(recursive=True)),
            int(float(told["parley_tasks"])),
        )


async def _metrics(bot: BotProcess) -> str:
    async with aiohttp.ClientSession() as http, http.get(f"{bot.address}/metrics") as answer:
        answer.raise_for_status()
        return await answer.text()
