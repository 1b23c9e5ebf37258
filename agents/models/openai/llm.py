"""A language model on any host that speaks OpenAI's chat completions: vLLM, SGLang, Ollama, llama.cpp, OpenAI itself.

``openai:http://gpu1:8000/v1#model-name`` names the address before ``/chat/completions`` and the model there; the
options are told in options.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from agents.models.openai.elsewhere import Elsewhere
from agents.models.openai.options import ChatOptions
from agents.models.openai.place import Place

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from agents.models.making import Making
    from agents.models.openai.chat import RemoteChat
    from agents.models.openai.wire import Wire
    from agents.models.reference import ModelReference
    from agents.ports import LanguageModelCard

__all__ = ["OpenAIChat", "estimated_tokens"]

_LIGHT = re.compile(r"[A-Za-z ]+")
_ASCII = re.compile(r"[\x00-\x7f]+")


class OpenAIChat(Elsewhere):
    """Fills ``agents.ports.LanguageModel``. The deadline of an answer is the making's, in seconds.

    Nothing is retried in here, no proxy is taken from the environment, and a host that falls silent is late.
    """

    @classmethod
    def made(cls, making: Making) -> OpenAIChat:
        """The model wiring asks for; every role that chats with the model shares it. Raises ReferenceInvalid."""
        return making.share("chat", lambda: cls(making))

    def __init__(self, making: Making) -> None:
        """Raises ReferenceInvalid."""
        self._making = making
        self._place = Place.of(making.reference)
        self._options = ChatOptions.of(making.reference)

    @classmethod
    def declare(cls, reference: ModelReference) -> LanguageModelCard:
        """What the reference says about the model. Raises ReferenceInvalid."""
        return ChatOptions.of(reference).card

    @property
    def card(self) -> LanguageModelCard:
        return self._options.card

    @cached_property
    def _wire(self) -> Wire:
        from agents.models.openai.wire import Wire

        return Wire.of(self._making, self._place)

    @cached_property
    def chat(self) -> RemoteChat:
        """The chat model; asynchronous use only. See chat.py for what it raises."""
        from agents.models.openai.chat import RemoteChat

        return RemoteChat(
            self._wire,
            self._making.metrics.of(self.card.reference),
            model=self._place.model,
            reference=self.card.reference,
            deadline=self._making.answer_deadline,
            reply=self.card.reply_budget,
            limit=self._options.limit,
            sampling=self._options.sampling,
        )

    async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
        """See whether the host answers; nothing is asked of the model, which may cost money. Raises ModelError."""
        await self._wire.reach()

    async def stop(self) -> None:
        """Close the connections; asked again, it opens others."""
        await self._wire.close()

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """An estimate that is rather too high, since the wire has no call for it."""
        return [estimated_tokens(text) for text in texts]


def estimated_tokens(text: str) -> int:
    """Three Latin letters or blanks a token, one any other ASCII sign, one and a half any sign beyond ASCII.

    Byte-pair tokenizers in use take four to five letters of English, split digits singly at worst, and need 0.6 to 1.3
    tokens for a Chinese character.
    """
    light = len(text) - len(_LIGHT.sub("", text))
    beyond = len(_ASCII.sub("", text))
    return math.ceil(light / 3 + (len(text) - light - beyond) + 1.5 * beyond)
