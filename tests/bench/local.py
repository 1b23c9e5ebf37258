"""The local language model that parts of the bench ask: the embedded profile's, or the small one where it only runs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from langchain_core.messages import BaseMessage

from agents.assistant import Assistant
from agents.models.caller import CALLER
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.making import Making
from agents.models.reference import ModelReference
from agents.ports import Senses
from agents.values import Answered, Delta, Role, Text, Turn, Utterance
from bot.texts import Texts
from tests.bench.scale import Scale
from tests.embedded import folder

__all__ = ["SUBJECTS", "Chat", "Said", "assistant_on", "language_model", "said"]

SUBJECTS = "tea trains rivers cheese chess snow bees maps clouds gardens violins bridges deserts bread foxes".split()
_EMBEDDED = "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", {"context": "2048", "prompt": "1200", "reply": "300"}
_SMALL = "HuggingFaceTB/SmolLM2-135M-Instruct-GGUF", {"system": "fixed", "context": "1024", "prompt": "600"}


@asynccontextmanager
async def language_model(scale: Scale, **options: str) -> AsyncIterator[LlamaCpp]:
    """Raises ModelUnavailable when its file has not been fetched."""
    name, usual = scale.of(_EMBEDDED, _SMALL)
    reference = ModelReference("llamacpp", name, None, {"temperature": "0", **usual, **options})
    model = LlamaCpp(Making(reference, lambda: folder(name)))
    await model.start()
    try:
        yield model
    finally:
        await model.stop()


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: seconds until its first piece and until its end, and how many pieces it came in."""

    first: float
    whole: float
    pieces: int

    @property
    def speed(self) -> float:
        """Pieces a second, once it had begun."""
        return (self.pieces - 1) / (self.whole - self.first)


async def said(model: LlamaCpp, messages: Sequence[BaseMessage], tokens: int, caller: str) -> Said:
    """What it takes to answer in so many tokens."""
    CALLER.set(caller)
    began, first, pieces = time.perf_counter(), 0.0, 0
    async with aclosing(model.chat.astream(list(messages), max_tokens=tokens)) as chunks:  # type: ignore[type-var]
        async for chunk in chunks:
            if chunk.text:
                first = first or time.perf_counter() - began
                pieces += 1
    return Said(first, time.perf_counter() - began, pieces)


def assistant_on(model: LlamaCpp) -> Assistant:
    """The whole way of a turn, on this model and without senses."""
    return Assistant(Senses(), model, Texts())


class Chat:
    """A conversation that goes on, its history handed in as the bot does."""

    def __init__(self, assistant: Assistant, name: str) -> None:
        self._assistant = assistant
        self._name = name
        self._history: list[Utterance] = []

    async def asks(self, words: str) -> tuple[float, int]:
        """Seconds until the first piece of the answer, and exchanges that were remembered for it."""
        began, first = time.perf_counter(), 0.0
        async for event in self._assistant.answer(Turn((Text(words),), locale="en"), self._history, caller=self._name):
            if isinstance(event, Delta):
                first = first or time.perf_counter() - began
            if isinstance(event, Answered):
                self._history += [Utterance(Role.USER, words), Utterance(Role.ASSISTANT, event.reply.text)]
        return first, len(self._history)
