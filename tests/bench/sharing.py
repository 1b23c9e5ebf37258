"""What the language model keeps of its speed while speech recognition or reading of photos never pause beside it.

Each figure is a part of what the same machine does alone, measured in turns, so that whatever else it does meets both.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from langchain_core.messages import HumanMessage, SystemMessage

from agents.models.llamacpp.llm import LlamaCpp
from bot.models import Models
from bot.settings import Settings
from tests.bench.figures import Figure
from tests.bench.local import language_model, said
from tests.bench.scale import Scale
from tests.pictures import menu
from tests.sounds import voice

__all__ = ["measure"]

_STORY = [SystemMessage("You are a helpful assistant."), HumanMessage("Write a long text about tea.")]
_Work = Callable[[], Awaitable[object]]


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    async with language_model(scale) as model, _works(scale) as works:
        for what, work in works.items():
            kept, slowed = await _shared(model, work, scale.of(5, 1), scale.of(48, 6))
            yield Figure(f"speed the language model keeps while {what}", 100 * kept, "%", 50, at_least=True)
            yield Figure(f"how many times as long it takes that {what} meanwhile", slowed, "x")


@asynccontextmanager
async def _works(scale: Scale) -> AsyncIterator[dict[str, _Work]]:
    """What the senses do, ready to be done again and again."""
    with TemporaryDirectory() as folder:
        models = Models(Settings(_env_file=None, data_dir=Path(folder), profile="embedded"))
        try:
            image = await models.decoder.picture(menu())
            assert models.senses.text_reader
            works: dict[str, _Work] = {"photos are read": partial(models.senses.text_reader.perceive, image)}
            if scale is Scale.FULL:
                assert models.senses.transcriber
                sound = await models.decoder.sound(voice("en-sign"))
                works["recordings are transcribed"] = partial(models.senses.transcriber.perceive, sound)
            yield works
        finally:
            await models.stop()


async def _shared(model: LlamaCpp, work: _Work, rounds: int, tokens: int) -> tuple[float, float]:
    """The part of its speed that the model keeps, and how many times as long the work takes meanwhile: medians."""
    await work()  # loads what does it
    kept, slowed = list[float](), list[float]()
    for _ in range(rounds):
        alone, lone = await said(model, _STORY, tokens, "chat"), await _seconds(work)
        async with _without_pause(work) as took:
            kept.append((await said(model, _STORY, tokens, "chat")).speed / alone.speed)
        slowed.append(statistics.median(took or [lone]) / lone)
    return statistics.median(kept), statistics.median(slowed)


@asynccontextmanager
async def _without_pause(work: _Work) -> AsyncIterator[list[float]]:
    """Does it again and again meanwhile; gives the seconds it took each time."""
    took: list[float] = []

    async def again() -> None:
        while True:
            took.append(await _seconds(work))

    task = asyncio.create_task(again())
    try:
        yield took
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _seconds(work: _Work) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began
