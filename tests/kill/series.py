"""A series of kills under load, run dry and judged."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.emulator import Emulator
from tests.kill.acts import Acts
from tests.kill.crowd import Crowd
from tests.kill.journal import Journal
from tests.kill.lives import Lives
from tests.kill.places import places
from tests.kill.verdict import Verdict, judged
from tests.kill.waiting import Waiting
from tests.waiting import until

__all__ = ["Series", "run"]

_DRY = 180.0  # seconds


@dataclass(frozen=True, slots=True)
class Series:
    """``pause``: seconds between acts; ``working``: seconds a life lasts once it is up."""

    kills: int
    seed: int
    chats: int = 50
    pause: float = 0.1
    working: float = 2.5


async def run(series: Series, folder: Path, told: Callable[[str], None] = print) -> Verdict:
    """Kill so often, let it run dry, and judge. The folder is there, and empty."""
    chance, journal, began = random.Random(series.seed), Journal(), time.monotonic()
    async with Emulator() as emulator:
        found = await places(emulator, series.chats)
        waiting = Waiting(emulator, folder)
        crowd = Crowd(Acts(emulator, journal, chance), found, chance, series.pause, waiting.is_much)
        lives = Lives(emulator, folder, chance, series.working)
        writing = asyncio.create_task(crowd.run())
        try:
            for number in range(1, series.kills + 1):
                await lives.live_and_die()
                crowd.check()
                told(f"  kill {number} of {series.kills}: {len(journal.said)} messages, {waiting.count()} wait")
        finally:
            writing.cancel()
        await crowd.finish()
        await _run_dry(lives, waiting)
        verdict = judged(emulator, journal, found, folder)
    told(f"  {verdict.turns} turns in {lives.worked:.0f} s of work, {time.monotonic() - began:.0f} s in all")
    return verdict


async def _run_dry(lives: Lives, waiting: Waiting) -> None:
    """Let one last life answer everything."""
    bot = await lives.last()
    try:
        await until(lambda: waiting.count() == 0, within=_DRY)
    except TimeoutError:
        print(bot.output[-4000:])
    finally:
        await bot.stop()
