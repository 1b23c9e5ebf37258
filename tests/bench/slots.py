"""Chats on one model that transformers runs in this process: eight at once against one after another.

The model is random, of 30 million weights: enough for reading them to be what a token costs, as with large ones.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from agents.models.caller import CALLER
from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.models.transformers.llm import TransformersLLM
from tests.bench.figures import Figure, percentile
from tests.bench.scale import Scale
from tests.tiny.text import save_causal_model

__all__ = ["measure"]

CHATS = 8
TOKENS = 32  # of an answer


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    with TemporaryDirectory() as folder:
        sizes = {"hidden_size": 512, "intermediate_size": 1536, "num_hidden_layers": 8, "num_attention_heads": 8}
        place = save_causal_model("qwen2", Path(folder), **scale.of(sizes, {}))
        llm = TransformersLLM(
            Making(ModelReference.parse(f"transformers:{place}?slots={CHATS}&context=4096&reply=1024"), lambda: None)
        )
        try:
            await llm.start()
            ratios = [await _ratio(llm, scale.of(TOKENS, 2), str(round)) for round in range(scale.of(3, 1))]
            told = f"{CHATS} chats of a transformers model at once to one after another"
            yield Figure(told, percentile(ratios, 50), "x", 1.5, at_least=True)
            first, last = await _turns(llm, scale.of(20, 3))
            yield Figure("first token at the last turn of a chat to the first", last / first, "x")
        finally:
            await llm.stop()


async def _ratio(llm: TransformersLLM, tokens: int, name: str) -> float:
    """Seconds one after another by seconds at once. Every chat says something else, so that nothing is known of it."""

    async def asked(chat: str) -> None:
        CALLER.set(chat)
        answer = await llm.chat.ainvoke(f"{name} {chat}: what is there to see in this town?", max_tokens=tokens)
        assert answer.text

    began = time.perf_counter()
    for number in range(CHATS):
        await asked(f"alone {number}")
    alone = time.perf_counter() - began
    began = time.perf_counter()
    await asyncio.gather(*(asked(f"together {number}") for number in range(CHATS)))
    return alone / (time.perf_counter() - began)


async def _turns(llm: TransformersLLM, count: int) -> tuple[float, float]:
    """Seconds to the first token of the first turn of a chat, and of its last: medians of three turns."""
    said: list[BaseMessage] = []
    took = []
    for number in range(count):
        said.append(HumanMessage(f"Question {number}: what would you do on a day like this, and why?"))
        began, text = time.perf_counter(), ""
        async for chunk in llm.chat.astream(said, max_tokens=16):
            if not text and chunk.text:
                took.append(time.perf_counter() - began)
            text += chunk.text
        said.append(AIMessage(text))
    return percentile(took[:3], 50), percentile(took[-3:], 50)
