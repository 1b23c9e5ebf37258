"""Text embeddings by a GGUF model through llama.cpp: a child of its own, since one that embeds does not chat."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agents.models.llamacpp.engine import LlamaCppEngine
from agents.models.llamacpp.files import patterns
from agents.models.llamacpp.footprint import footprint
from agents.models.llamacpp.options import LlamaCppOptions
from agents.ports import Card

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from agents.models.footprint import Footprint
    from agents.models.making import Making
    from agents.models.reference import ModelReference

__all__ = ["LlamaCppEmbedder"]


class LlamaCppEmbedder:
    """The asynchronous face of ``agents.ports.Embedder``. The options are those of every ``llamacpp:`` reference."""

    def __init__(self, making: Making) -> None:
        """Raises ReferenceInvalid."""
        self._card = self.declare(making.reference)
        self._engine = LlamaCppEngine(making, making.sense_deadline, embeds=True)

    @classmethod
    def made(cls, making: Making) -> LlamaCppEmbedder:
        """Raises ReferenceInvalid."""
        return cls(making)

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""
        languages = LlamaCppOptions.of(reference).languages
        return Card(str(reference), languages=languages, confidence="none: vectors have no confidence")

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        """Glob patterns of what is needed of a repository. Raises ReferenceInvalid."""
        return patterns(LlamaCppOptions.of(reference))

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What its child takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return footprint(reference, folder, kind, embeds=True)

    @property
    def card(self) -> Card:
        return self._card

    async def load(self) -> None:
        """Start the child. Raises ModelUnavailable."""
        self._engine.resume()
        async with self._engine.watched():
            await self._engine.connect()

    async def embed(self, text: str) -> NDArray[np.float32]:
        """The text's vector: float32, shape (d,), unit norm. Raises what LlamaCppChat raises."""
        async with self._engine.admitted() as seat, self._engine.watched():
            async with asyncio.timeout_at(seat.until):
                return await (await self._engine.connect()).vector(text, seat.until)

    async def stop(self) -> None:
        """End the child. Until ``load``, whoever asks gets ModelUnavailable."""
        await self._engine.stop()
