"""A language model on any host that speaks OpenAI's chat completions: vLLM, SGLang, Ollama, llama.cpp, OpenAI itself.

``openai:http://gpu1:8000/v1#model-name`` names the address before ``/chat/completions`` and the model there. Options
are the budgets ``context``, ``prompt`` and ``reply`` in tokens, and ``languages``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agents.errors import ReferenceInvalid
from agents.models.options import Options
from agents.ports import LanguageModelCard

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from agents.models.making import Making
    from agents.models.openai.chat import RemoteChat
    from agents.models.reference import ModelReference

__all__ = ["OpenAIChat", "estimated_tokens"]

_KNOWN = frozenset({"context", "prompt", "reply", "languages"})
_MOST = 10_000_000
_LIGHT = re.compile(r"[A-Za-z ]+")
_ASCII = re.compile(r"[\x00-\x7f]+")


class OpenAIChat:
    """Fills ``agents.ports.LanguageModel``. ``deadline`` is the longest answer in seconds.

    No key is sent. Nothing is retried in here, no proxy is taken from the environment, and a host that falls silent
    is late.
    """

    @classmethod
    def made(cls, making: Making) -> OpenAIChat:
        """The model wiring asks for. Raises ReferenceInvalid."""
        return cls(making.reference, deadline=making.answer_deadline)

    def __init__(self, reference: ModelReference, *, deadline: float = 120.0) -> None:
        """Raises ReferenceInvalid."""
        self._card = self.declare(reference)
        self._address, self._model = _place(reference)
        self._deadline = deadline

    @classmethod
    def declare(cls, reference: ModelReference) -> LanguageModelCard:
        """What the reference says about the model. Raises ReferenceInvalid."""
        _place(reference)
        options = Options(reference, _KNOWN)
        context = options.whole("context", 8192, 256, _MOST)
        reply = options.whole("reply", min(1000, context // 4), 8, _MOST)
        prompt = options.whole("prompt", max(context - reply, 0), 64, _MOST)
        if prompt + reply > context:
            raise ReferenceInvalid(
                str(reference), "prompt and reply do not fit the context", "make context at least prompt + reply"
            )
        return LanguageModelCard(str(reference), context, prompt, reply, languages=options.tags("languages"))

    @property
    def card(self) -> LanguageModelCard:
        return self._card

    @cached_property
    def chat(self) -> RemoteChat:
        """The chat model; asynchronous use only. See chat.py for what it raises."""
        from agents.models.openai.chat import RemoteChat

        return RemoteChat(
            address=self._address,
            model=self._model,
            reference=self._card.reference,
            deadline=self._deadline,
            reply=self._card.reply_budget,
        )

    async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
        """See whether the host answers; nothing is asked of the model, which may cost money. Raises ModelError."""
        await self.chat.reach()

    async def stop(self) -> None:
        """Close the connections."""
        if "chat" in self.__dict__:
            await self.chat.close()
            del self.chat

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


def _place(reference: ModelReference) -> tuple[str, str]:
    """Address and model. Raises ReferenceInvalid."""
    address, _, model = reference.name.partition("#")
    try:
        parts = urlsplit(address)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not model:
        raise ReferenceInvalid(
            str(reference), "the name is no address with a model", "write openai:http://host:port/v1#model-name"
        )
    return address.rstrip("/"), model
