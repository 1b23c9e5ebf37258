"""The two that are measured beside each other, each a process of its own before an emulated Telegram of its own."""

from __future__ import annotations

import asyncio
import os
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.children import python
from tests.emulator import Emulator
from tests.process import BotProcess
from tests.waiting import until

__all__ = ["PATIENCE", "burst", "parley", "reference", "stub"]

PATIENCE = 60.0  # seconds
_FIRST = 5000  # the first person's id
# Plainly all that they want to say, so that nobody waits whether more comes.
_QUESTION = "Where can I eat well?"


async def burst(emulator: Emulator, chats: int, first: int = _FIRST) -> float:
    """Seconds from the first question to the last answer, when so many people ask at once, each in a chat."""
    people = [emulator.user(id=first + number) for number in range(chats)]
    began = time.monotonic()
    for person in people:
        await person.text(_QUESTION)
    answers = [await emulator.next_message(person, within=PATIENCE) for person in people]
    return max(answer.at for answer in answers) - began


@asynccontextmanager
async def stub(seconds: float) -> AsyncIterator[int]:
    """The port of a language model that takes so long."""
    async with python("-m", "tests.bench.stub_llm", str(seconds), env=os.environ) as process:
        assert process.stdout is not None
        yield int(await asyncio.wait_for(process.stdout.readline(), PATIENCE))


@asynccontextmanager
async def reference(port: int) -> AsyncIterator[Emulator]:
    """The 30-line bot on the language model at that port, once it has answered."""
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
async def parley(port: int, **settings: str) -> AsyncIterator[tuple[Emulator, int]]:
    """Parley as it is set without these ``settings``, on the language model at that port, once it has answered.

    With the number of its process.
    """
    told = {
        "PARLEY_PROFILE": "scripted",
        "PARLEY_LLM": f"openai:http://127.0.0.1:{port}/v1#stub",
        "PARLEY_HTTP": "true",
        "PARLEY_TELEGRAM_RATE": "30",  # its default, which tests lift
        **settings,
    }
    with TemporaryDirectory() as folder:
        async with Emulator() as emulator, BotProcess(emulator, Path(folder), **told) as process:
            await until(lambda: "Up" in process.output or not process.running, within=PATIENCE)
            if not process.running:
                raise RuntimeError(f"Parley did not start: {process.output[-500:]}")
            await burst(emulator, 1)
            yield emulator, process.pid
            await process.stop()


async def _answering(emulator: Emulator, process: Process) -> None:
    """Wait until the bot polls and has answered once. Raises TimeoutError."""
    await emulator.called("getMe", within=PATIENCE)
    assert process.returncode is None
    await burst(emulator, 1)
