"""A language model that is several: the next answers when the one before cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from agents.errors import ModelError
from agents.models.alternatives import Alternatives, told

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from agents.models.fallback_chat import FallbackChat
    from agents.ports import LanguageModel, LanguageModelCard

__all__ = ["FallbackLLM"]

_COUNTED_WITHIN = 5.0  # seconds, where another can count instead


class FallbackLLM:
    """Fills ``agents.ports.LanguageModel``. ``deadline`` is the longest answer in seconds."""

    def __init__(self, alternatives: Alternatives[LanguageModel], deadline: float) -> None:
        self.alternatives = alternatives
        self._deadline = deadline

    @property
    def card(self) -> LanguageModelCard:
        """What the model declares that is asked next, with the cards of all: a prompt is made for that one."""
        cards = tuple(model.card for model in self.alternatives.models)
        return replace(self.alternatives.next.model.card, alternatives=cards)

    @cached_property
    def chat(self) -> FallbackChat:
        """The chat model; asynchronous use only. See fallback_chat.py for what it raises."""
        from agents.models.fallback_chat import FallbackChat

        return FallbackChat(self.alternatives, deadline=self._deadline)

    async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
        """Load them all now, and let each read what its prompts begin with. Raises ModelError when none loads."""
        from agents.models.fitting import shaped

        await self.alternatives.load(lambda model: model.start(shaped(opening, model.card)))

    async def stop(self) -> None:
        """Let go of them all."""
        await self.alternatives.stop()

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """By the tokenizer of the one that is asked next; where it does not answer, by that of the one after it."""
        errors: list[ModelError] = []
        for one, is_last in self.alternatives.to_ask():
            try:
                return await one.within(None if is_last else _COUNTED_WITHIN, one.model.count_tokens(texts))
            except ModelError as error:
                errors.append(error)
        raise told(errors)
