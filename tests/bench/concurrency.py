"""Eight chats on the local language model at once beside the same eight one after another, in turns."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

from langchain_core.messages import HumanMessage, SystemMessage

from agents.models.llamacpp.llm import LlamaCpp
from tests.bench.figures import Figure
from tests.bench.local import SUBJECTS, Said, language_model, said
from tests.bench.scale import Scale

__all__ = ["measure"]

_SYSTEM = SystemMessage("You are a helpful assistant.")


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    chats, tokens, rounds = scale.of(8, 2), scale.of(24, 4), scale.of(2, 1)
    async with language_model(scale) as model:
        ratios, firsts = list[float](), list[float]()
        for number in range(rounds):
            names = [f"{subject} {number}" for subject in SUBJECTS[:chats]]
            began = time.perf_counter()
            for name in names:
                await asyncio.create_task(_asked(model, f"{name} alone", tokens))
            alone, began = time.perf_counter() - began, time.perf_counter()
            together = await asyncio.gather(*(asyncio.create_task(_asked(model, name, tokens)) for name in names))
            ratios.append(alone / (time.perf_counter() - began))
            firsts += [one.first for one in together]
    yield Figure(f"{chats} chats on the local model at once, to one after another", statistics.median(ratios), "x", 1.5,
                 at_least=True)  # fmt: skip
    yield Figure("longest time to a first token among them", max(firsts), "s")


async def _asked(model: LlamaCpp, name: str, tokens: int) -> Said:
    return await said(model, [_SYSTEM, HumanMessage(f"Write a long text about {name}.")], tokens, name)
