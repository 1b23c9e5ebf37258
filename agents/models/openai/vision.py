"""Captions and answers about pictures by a vision-language model on a host that speaks OpenAI's chat completions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models.looking import Answering, Captioning
from agents.models.openai.elsewhere import Elsewhere
from agents.models.openai.llm import OpenAIChat
from agents.models.openai.options import ChatOptions

if TYPE_CHECKING:
    from agents.models.making import Making
    from agents.models.reference import ModelReference
    from agents.ports import Card

__all__ = ["OpenAICaptioner", "OpenAIVisualQA"]


class _Declared(Elsewhere):
    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""
        options = ChatOptions.of(reference)
        return options.look.card(reference, options.card.languages)


class OpenAICaptioner(_Declared):
    """Fills ``agents.ports.Sense``: one sentence about a picture."""

    @classmethod
    def made(cls, making: Making) -> Captioning:
        """Raises ReferenceInvalid."""
        card, look = cls.declare(making.reference), ChatOptions.of(making.reference).look
        meter = making.metrics.of(card.reference)
        return Captioning(OpenAIChat.made(making), card, look, deadline=making.sense_deadline, meter=meter)


class OpenAIVisualQA(_Declared):
    """Fills ``agents.ports.Sense``: a few words in answer to a question about a picture."""

    @classmethod
    def made(cls, making: Making) -> Answering:
        """Raises ReferenceInvalid."""
        card, look = cls.declare(making.reference), ChatOptions.of(making.reference).look
        meter = making.metrics.of(card.reference)
        return Answering(OpenAIChat.made(making), card, look, deadline=making.sense_deadline, meter=meter)
