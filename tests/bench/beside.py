"""Parley's real process beside a 30-line bot: the same emulated Telegram, the same stub of a language model.

Beyond the stub: from the moment a person's message is there for the bot to fetch until the answer is in the chat, less
the 50 ms the stub takes. For a hundred at once: from the first message to the last answer, less those 50 ms. The two
take turns, so that whatever else the machine does meets both.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.children import python, resident
from tests.bench.figures import Figure
from tests.bench.scale import Scale
from tests.emulator import Emulator
from tests.process import BotProcess
from tests.waiting import until

__all__ = ["measure"]

STUB = 0.05  # seconds
WORKERS = 64
_PATIENCE = 60.0
_BLOCK = 10  # turns of one before the other's come


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    async with _stub() as port, _reference(port) as reference, _parley(port) as (parley, process):
        ours, theirs = await _one_by_one(scale.of(5, 1), scale.of(_BLOCK, 2), parley, reference)
        yield Figure("one text turn beyond the stub, reference", 1000 * theirs, "ms")
        yield Figure("one text turn beyond the stub, Parley", 1000 * ours, "ms")
        yield Figure("one text turn, Parley to reference", ours / theirs, "x", 2.5)
        chats = scale.of(100, 3)
        ours, theirs = await _at_once(scale.of(5, 1), chats, parley, reference)
        yield Figure(f"{chats} chats at once, last answer beyond the stub, reference", 1000 * theirs, "ms")
        yield Figure(f"the same, Parley with {WORKERS} workers", 1000 * ours, "ms")
        yield Figure(f"{chats} chats at once, Parley to reference", ours / theirs, "x", 1.5)
        for name, megabytes in (parts := resident(process)).items():
            yield Figure(f"resident without local models: {name}", megabytes, "MB")
        yield Figure("resident without local models, all processes", sum(parts.values()), "MB", 220)


async def _one_by_one(rounds: int, turns: int, parley: Emulator, reference: Emulator) -> tuple[float, float]:
    """Seconds beyond the stub of a turn of each, the median."""
    ours, theirs = list[float](), list[float]()
    for _ in range(rounds):
        for emulator, took in ((reference, theirs), (parley, ours)):
            for _ in range(turns):
                took.append(await _burst(emulator, 1))
                await asyncio.sleep(0.02)  # what is noted after the answer is no part of the next turn
    return statistics.median(ours), statistics.median(theirs)


async def _at_once(rounds: int, chats: int, parley: Emulator, reference: Emulator) -> tuple[float, float]:
    """Seconds beyond the stub until the last of the chats has its answer, the median."""
    ours, theirs = list[float](), list[float]()
    for _ in range(rounds):
        for emulator, took in ((reference, theirs), (parley, ours)):
            took.append(await _burst(emulator, chats))
            await asyncio.sleep(0.5)
    return statistics.median(ours), statistics.median(theirs)


async def _burst(emulator: Emulator, chats: int) -> float:
    """Seconds beyond the stub from the first of the messages to the last of their answers."""
    people = [emulator.user(id=5000 + number) for number in range(chats)]
    began = time.monotonic()
    for person in people:
        await person.text("Where can I eat well?")
    answers = [await emulator.next_message(person, within=_PATIENCE) for person in people]
    return max(answer.at for answer in answers) - began - STUB


@asynccontextmanager
async def _stub() -> AsyncIterator[int]:
    async with python("-m", "tests.bench.stub_llm", str(STUB), env=os.environ) as process:
        assert process.stdout is not None
        yield int(await asyncio.wait_for(process.stdout.readline(), _PATIENCE))


@asynccontextmanager
async def _reference(port: int) -> AsyncIterator[Emulator]:
    async with Emulator() as emulator:
        env = os.environ | {
            "TELEGRAM_BOT_TOKEN": emulator.token,
            "TELEGRAM_API_BASE_URL": emulator.base_url,
            "LLM": f"http://127.0.0.1:{port}/v1",
        }
        async with python("-m", "tests.bench.reference_bot", env=env) as process:
            await _answering(emulator, process)
            yield emulator


@asynccontextmanager
async def _parley(port: int) -> AsyncIterator[tuple[Emulator, int]]:
    with TemporaryDirectory() as folder:
        async with Emulator() as emulator, BotProcess(emulator, Path(folder), **_settings(port)) as process:
            await until(lambda: "Up" in process.output or not process.running, within=_PATIENCE)
            if not process.running:
                raise RuntimeError(f"Parley did not start: {process.output[-500:]}")
            await _burst(emulator, 1)
            yield emulator, process.pid
            await process.stop()


def _settings(port: int) -> dict[str, str]:
    return {
        "PARLEY_PROFILE": "scripted",
        "PARLEY_LLM": f"openai:http://127.0.0.1:{port}/v1#stub",
        "PARLEY_WORKERS": str(WORKERS),
        "PARLEY_HTTP_PORT": "0",
    }


async def _answering(emulator: Emulator, process: Process) -> None:
    """Wait until the bot polls and has answered once. Raises TimeoutError."""
    await emulator.called("getMe", within=_PATIENCE)
    assert process.returncode is None
    await _burst(emulator, 1)
