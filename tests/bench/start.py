"""How long it takes until Parley is there, and what it weighs with the embedded models, process by process."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.children import ROOT, resident
from tests.bench.figures import Figure, percentile
from tests.bench.scale import Scale
from tests.emulator import Emulator
from tests.pictures import menu
from tests.process import BotProcess
from tests.sounds import voice

__all__ = ["measure"]

_PATIENCE = 120.0  # seconds
_STEP = 0.02


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    took = [await _help() for _ in range(scale.of(7, 1))]
    yield Figure("--help, p50", percentile(took, 50), "s", 0.5)
    profile = scale.of("embedded", "scripted")
    ready = []
    for last in reversed(range(scale.of(3, 1))):
        with TemporaryDirectory() as folder:
            async with Emulator() as emulator, _process(emulator, Path(folder), profile) as process:
                ready.append(await _up(process))
                if not last:
                    await _used(emulator)
                    weights = resident(process.pid)
                await process.stop()
    yield Figure(f"from start to up, {profile} models, p50 of {len(ready)}", percentile(ready, 50), "s", 10)
    for name, megabytes in weights.items():
        yield Figure(f"resident after a text, a photo and a voice: {name}", megabytes, "MB")
    yield Figure("resident, all processes", sum(weights.values()), "MB", 2200)


def _process(emulator: Emulator, folder: Path, profile: str) -> BotProcess:
    return BotProcess(emulator, folder, PARLEY_PROFILE=profile, PARLEY_HTTP_PORT="0")


async def _help() -> float:
    """Seconds of ``python -m bot --help``."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "--help", cwd=ROOT, env=os.environ, stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError("--help failed")
    return time.monotonic() - began


async def _up(process: BotProcess) -> float:
    """Seconds until it says that it is up, from when it was started just now."""
    began = time.monotonic()
    while "Up" not in process.output:
        if not process.running or time.monotonic() - began > _PATIENCE:
            raise RuntimeError(f"Parley did not start: {process.output[-500:]}")
        await asyncio.sleep(_STEP)
    if "failed" in process.output:
        raise RuntimeError("a model is missing: run `make models`")
    return time.monotonic() - began


async def _used(emulator: Emulator) -> None:
    """Have every model work once."""
    ada = emulator.user()
    for send in (ada.text("Hello, what can you do?"), ada.photo(menu()), ada.voice(voice("en-train"))):
        await send
        await emulator.next_message(ada, within=_PATIENCE)
