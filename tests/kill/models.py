"""Models that find the marks in what they are given, and answer with them: ``marking:`` by reference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.messages import BaseMessage, HumanMessage

from agents.models.options import Options
from agents.models.scripted_llm import ScriptedLLM
from agents.ports import Card, LanguageModelCard, Sound
from agents.values import Finding
from tests.kill import marks

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.models.making import Making
    from agents.models.reference import ModelReference

__all__ = ["END", "Hearing", "Saying", "Seeing"]

END = "and that is all."
_REPLIES = 256  # tokens


class _Sense:
    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        Options(reference, frozenset())
        return Card(str(reference), confidence="always sure", together=8)

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self.card = self.declare(reference)


class Seeing(_Sense):
    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return [[Finding(f"squares that say {marks.word(marks.seen(each))}", 0.9, "en")] for each in pictures]


class Hearing(_Sense):
    def transcribe(self, sounds: Sequence[Sound]) -> list[list[Finding]]:
        return [[Finding(f"This is about {marks.word(marks.heard(each.samples))}.", 0.9, "en")] for each in sounds]


class Saying(ScriptedLLM):
    """Answers with every mark of what was said last. ``seconds``: how long that takes."""

    @classmethod
    def declare(cls, reference: ModelReference) -> LanguageModelCard:
        Options(reference, frozenset({"seconds"}))
        return LanguageModelCard(
            str(reference),
            context_window=8_000,
            prompt_budget=6_000,
            reply_budget=_REPLIES,
            reliable=True,  # so that photos are left to it, too
        )

    @classmethod
    def made(cls, making: Making) -> ScriptedLLM:
        seconds = float(making.reference.options.get("seconds", "0"))
        llm = cls.of(answer, card=cls.declare(making.reference), seconds=seconds)
        llm.chat.meter = making.metrics.of(llm.card.reference)
        llm.chat.prompts = _Unkept()
        return llm


class _Unkept(list[list[BaseMessage]]):
    """Where a scripted model would keep every prompt: in a long run they are too many."""

    def append(self, prompt: list[BaseMessage]) -> None:
        """Forget it."""


def answer(messages: Sequence[BaseMessage]) -> str:
    last = next(message for message in reversed(messages) if isinstance(message, HumanMessage))
    return " ".join(["You wrote", *map(marks.word, marks.marks(str(last.text))), END])
