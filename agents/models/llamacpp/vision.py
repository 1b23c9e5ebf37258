"""Captions and answers about pictures by a GGUF model with its projector (``mmproj=``), through the same child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.errors import ReferenceInvalid
from agents.models.llamacpp.files import patterns
from agents.models.llamacpp.footprint import footprint
from agents.models.llamacpp.llm import LlamaCpp
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.looking import Answering, Captioning

if TYPE_CHECKING:
    from pathlib import Path

    from agents.models.footprint import Footprint
    from agents.models.making import Making
    from agents.models.reference import ModelReference
    from agents.ports import Card

__all__ = ["LlamaCppCaptioner", "LlamaCppVisualQA"]


class _Declared:
    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""
        options = LlamaCppOptions.of(reference)
        if not options.mmproj:
            raise ReferenceInvalid(
                str(reference), "it has no eyes", "add mmproj=<file>, the .gguf file of its projector"
            )
        return options.look.card(reference, options.languages)

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        """Glob patterns of what is needed of a repository. Raises ReferenceInvalid."""
        return patterns(LlamaCppOptions.of(reference))

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What its child takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return footprint(reference, folder, kind)


class LlamaCppCaptioner(_Declared):
    """Fills ``agents.ports.Sense``: one sentence about a picture."""

    @classmethod
    def made(cls, making: Making) -> Captioning:
        """Raises ReferenceInvalid."""
        card, look = cls.declare(making.reference), LlamaCppOptions.of(making.reference).look
        meter = making.metrics.of(card.reference)
        return Captioning(LlamaCpp.made(making), card, look, deadline=making.sense_deadline, meter=meter)


class LlamaCppVisualQA(_Declared):
    """Fills ``agents.ports.Sense``: a few words in answer to a question about a picture."""

    @classmethod
    def made(cls, making: Making) -> Answering:
        """Raises ReferenceInvalid."""
        card, look = cls.declare(making.reference), LlamaCppOptions.of(making.reference).look
        meter = making.metrics.of(card.reference)
        return Answering(LlamaCpp.made(making), card, look, deadline=making.sense_deadline, meter=meter)
