"""A GGUF model through llama.cpp, which runs in a supervised child because it aborts the process on some failures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from agents.models.llamacpp.engine import LlamaCppEngine
from agents.models.llamacpp.files import patterns
from agents.models.llamacpp.footprint import footprint
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.llamacpp.tokens import TokenCounter
from agents.ports import LanguageModelCard

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from agents.models.footprint import Footprint
    from agents.models.making import Making
    from agents.models.reference import ModelReference

__all__ = ["LlamaCpp"]


class LlamaCpp:
    """Fills ``agents.ports.LanguageModel``.

    ``making.folder`` gives the folder that holds the .gguf file, or ``None`` when the reference's name is the path of a
    file. ``making.answer_deadline`` bounds an answer with waiting for a place, loading and a second try included.
    """

    def __init__(self, making: Making) -> None:
        """Raises ReferenceInvalid."""
        self._card = self.declare(making.reference)
        self._engine = LlamaCppEngine(making, making.answer_deadline)
        self._tokens = TokenCounter(self._engine)

    @classmethod
    def made(cls, making: Making) -> LlamaCpp:
        """The model wiring asks for; every role that chats with the model shares it. Raises ReferenceInvalid."""
        return making.share("llm", lambda: cls(making))

    @classmethod
    def declare(cls, reference: ModelReference) -> LanguageModelCard:
        """What the reference says about the model. Raises ReferenceInvalid."""
        options = LlamaCppOptions.of(reference)
        return LanguageModelCard(
            reference=str(reference),
            context_window=options.context,
            prompt_budget=options.prompt,
            reply_budget=options.reply,
            languages=options.languages,
            images=bool(options.mmproj),
            json_schema=True,
            reliable=options.reliable,
            fixed_system=options.system,
        )

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        """Glob patterns of what is needed of a repository. Raises ReferenceInvalid."""
        return patterns(LlamaCppOptions.of(reference))

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What its child takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return footprint(reference, folder, kind)

    @property
    def card(self) -> LanguageModelCard:
        return self._card

    @cached_property
    def chat(self) -> BaseChatModel:
        """The chat model; asynchronous use only. See chat.py for what it raises."""
        from agents.models.llamacpp.chat import LlamaCppChat

        return LlamaCppChat(self._engine)

    async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
        """Load now, and read ``opening`` (what every prompt begins with) so that no chat waits for it.

        Raises ModelUnavailable when it does not load.
        """
        self._engine.resume()
        await self.chat.ainvoke([*opening, ("human", "Hello")], max_tokens=1)

    async def stop(self) -> None:
        """End the child, within about a second. Until ``start``, whoever asks gets ModelUnavailable."""
        await self._engine.stop()

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text by the model's own tokenizer, without the chat template around it.

        Raises ModelUnavailable, ModelCrashed, ModelLate.
        """
        return await self._tokens.count(texts)
