"""A language model in this process: ``transformers:...`` for text models, ``vlm:...`` for those that see as well."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from agents.models.host import Host, Job
from agents.models.ladder import Rung
from agents.models.transformers.loading import FILES
from agents.models.transformers.options import LookingOptions, WritingOptions
from agents.models.transformers.text import TextModel
from agents.models.transformers.tokens import Tokens
from agents.models.transformers.vlm import VisionLanguageModel
from agents.models.transformers.writing_footprint import vision_footprint, writing_footprint

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.messages import BaseMessage

    from agents.models.footprint import Footprint
    from agents.models.making import Making
    from agents.models.reference import ModelReference
    from agents.models.transformers.chat import TransformersChat
    from agents.ports import LanguageModelCard

__all__ = ["TransformersLLM", "VisionLLM"]

_COUNT: Job[Tokens] = Job(Tokens.count)


class TransformersLLM:
    """Fills ``agents.ports.LanguageModel``."""

    _adapter: ClassVar[Any] = TextModel
    _images: ClassVar[bool] = False

    @classmethod
    def made(cls, making: Making) -> TransformersLLM:
        """The model wiring asks for; senses with an equal reference use the same. Raises ReferenceInvalid."""
        return cls(making)

    @classmethod
    def declare(cls, reference: ModelReference) -> LanguageModelCard:
        """What the reference says about the model. Raises ReferenceInvalid."""
        return WritingOptions.of(reference, images=cls._images).card

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        """What is needed of a repository."""
        return FILES

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return writing_footprint(reference, folder, kind)

    def __init__(self, making: Making) -> None:
        """Raises ReferenceInvalid."""
        self.declare(making.reference)
        self._options = WritingOptions.of(making.reference, images=self._images)
        self._deadline = making.answer_deadline
        self._host: Host[Any] = making.host(self._adapter, gives_way=False)
        counting = Rung(lambda: Tokens(making.reference, making.folder()))
        self._counter = Host(str(making.reference), [counting], gives_way=False)

    @property
    def card(self) -> LanguageModelCard:
        return self._options.card

    @cached_property
    def chat(self) -> TransformersChat:
        """The chat model; asynchronous use only. See chat.py for what it raises."""
        from agents.models.transformers.chat import TransformersChat

        return TransformersChat(self._host, self._options, self._deadline)

    async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
        """Load now, and write one token, which shows that its template and its device work. Raises ModelError."""
        await self._counter.load()
        await self._host.load()
        await self.chat.ainvoke([*opening, ("human", "Hello")], max_tokens=1)

    async def stop(self) -> None:
        """Let the model go; senses that share it lose it too."""
        self._host.close()
        self._counter.close()

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the chat template around it. Raises ModelUnavailable, ModelBusy."""
        counts: list[int] = await self._counter.call(_COUNT, tuple(texts))
        return counts


class VisionLLM(TransformersLLM):
    """The same of a model that takes pictures in messages, as data URLs."""

    _adapter = VisionLanguageModel
    _images = True

    @classmethod
    def declare(cls, reference: ModelReference) -> LanguageModelCard:
        """What the reference says about the model. Raises ReferenceInvalid."""
        LookingOptions.of(reference)
        return super().declare(reference)

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return vision_footprint(reference, folder, kind)
