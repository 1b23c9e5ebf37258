"""How long it takes until the second of two language models speaks when the host of the first is gone.

From asking to the first piece of the answer. The second is a host of the same process that begins after 50 ms; asked
alone and behind the first in turn, so that whatever else the machine does meets both. One host refuses connections, one
accepts them and never answers: as long as it is not known for that, it is given a quarter of the time of an answer.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from langchain_core.messages import HumanMessage

from agents.limits import Limits
from agents.models.fallback import either
from agents.models.making import Making
from agents.models.metrics import Metrics
from agents.models.openai.llm import OpenAIChat
from agents.models.reference import ModelReference
from tests.agents.models.openai.raw_host import RawHost
from tests.bench.figures import Figure
from tests.bench.scale import Scale
from tests.bench.stub_llm import StubLLM

__all__ = ["measure"]

STUB = 0.05  # seconds
_ASKED = [HumanMessage("Where can I eat well?")]
_KNOWN_AFTER = 3  # failures


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    share, times = scale.of(2.0, 0.1), scale.of(40, 2)
    async with StubLLM(STUB) as stub, RawHost(end="silence") as silent:
        async with RawHost() as gone:
            refusing = _model(gone.reference())
        second, mute = _model(stub.reference), _model(silent.reference())
        await _first_piece(second)
        alone, switched, spared = await _beside(second, refusing, share, times)
        yield Figure("first piece of the second model alone", 1000 * alone, "ms")
        yield Figure("first piece when the first host refuses the connection", 1000 * switched, "ms")
        yield Figure("the same, to the second alone", switched / alone, "x", 1.5)
        yield Figure("once it is known to refuse, to the second alone", spared / alone, "x", 1.2)
        alone, switched, spared = await _beside(second, mute, share, scale.of(4, 1), times)
        yield Figure(
            f"first piece when the first never answers, beyond its {share:g} s", 1000 * (switched - share), "ms"
        )
        yield Figure("the same beyond its share, to the second alone", (switched - share) / alone, "x", 1.5)
        yield Figure("once it is known to be silent, to the second alone", spared / alone, "x", 1.2)
        for model in (second, refusing, mute):
            await model.stop()


def _model(reference: str) -> OpenAIChat:
    return OpenAIChat.made(Making(ModelReference.parse(reference), lambda: None))


async def _beside(
    second: OpenAIChat, first: OpenAIChat, share: float, unknown: int, known: int | None = None
) -> tuple[float, float, float]:
    """Medians in seconds: the second alone, behind a first that fails, and behind one that is known to."""
    alone, switched, spared = list[float](), list[float](), list[float]()
    for _ in range(unknown):
        alone.append(await _first_piece(second))
        switched.append(await _first_piece(_either(first, second, share)))
    both = _either(first, second, share)
    for _ in range(_KNOWN_AFTER):
        await _first_piece(both)
    for _ in range(known or unknown):
        alone.append(await _first_piece(second))
        spared.append(await _first_piece(both))
    return statistics.median(alone), statistics.median(switched), statistics.median(spared)


def _either(first: OpenAIChat, second: OpenAIChat, share: float) -> Any:
    frozen = time.monotonic()  # no probe goes in between
    return either("llm", [first, second], Metrics(), Limits(answer_deadline=4 * share), clock=lambda: frozen)


async def _first_piece(llm: Any) -> float:
    """Seconds from asking to the first words; the rest is not waited for."""
    began = time.perf_counter()
    async with aclosing(llm.chat.astream(_ASKED)) as pieces:
        async for piece in pieces:
            if piece.text:
                return time.perf_counter() - began
    raise AssertionError("an answer without words")
