"""The child that runs the local language model is killed in the middle of an answer: how long until it goes on.

The whole way of a turn, on the embedded language model. What it takes over an answer that nobody disturbs is what
starting again, reading the prompt again and saying the beginning again cost; the turn is answered all the same.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import psutil

from agents.assistant import Assistant
from agents.values import Answered, Delta, Event, Text, Turn
from tests.bench.figures import Figure
from tests.bench.local import assistant_on, language_model
from tests.bench.scale import Scale

__all__ = ["measure"]

_ASKED = Turn((Text("Tell me about tea, at length."),), locale="en")
_AFTER = 8  # pieces of the answer


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    async with language_model(scale, reply=scale.of("40", "12")) as model:
        assistant = assistant_on(model)
        pauses, mores = list[float](), list[float]()
        for _ in range(scale.of(3, 1)):
            usual = await _undisturbed(assistant)
            pause, whole = await _killed(assistant)
            pauses.append(pause)
            mores.append(whole - usual)
    yield Figure("child of the local model killed in mid-answer: longest pause", statistics.median(pauses), "s", 2)
    yield Figure("the same, the whole answer, over one undisturbed", statistics.median(mores), "s")


async def _undisturbed(assistant: Assistant) -> float:
    """Seconds of an answer."""
    began = time.perf_counter()
    async for event in assistant.answer(_ASKED, caller="chat"):
        _see(event)
    return time.perf_counter() - began


async def _killed(assistant: Assistant) -> tuple[float, float]:
    """Seconds of the longest pause between pieces from the kill on, and of the whole answer."""
    began, at = time.perf_counter(), list[float]()
    async for event in assistant.answer(_ASKED, caller="chat"):
        if isinstance(event, Delta):
            at.append(time.perf_counter())
            if len(at) == _AFTER:
                _kill()
        _see(event)
    pause = max((later - sooner for sooner, later in pairwise(at[_AFTER - 1 :])), default=0.0)
    return pause, time.perf_counter() - began


def _see(event: Event) -> None:
    """Raises RuntimeError for a turn that the model did not answer."""
    if isinstance(event, Answered):
        error = [step for step in event.trace.steps if step.name == "answer"][-1].error
        if error:
            raise RuntimeError(f"no answer: {error}")


def _kill() -> None:
    for child in psutil.Process().children():
        if "agents.models.llamacpp.server" in child.cmdline():
            os.kill(child.pid, signal.SIGKILL)
