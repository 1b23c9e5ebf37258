"""A scripted language model: a real LangChain chat model that streams, records its prompts and says what it is told.

By reference, ``scripted:echo?seconds=0.1&text=...``: repeats the last message of the user, or says ``text``.
``images=on``, ``audio=on`` and ``trust=on`` are declared on its card.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from agents.errors import ModelCrashed, ModelUnavailable, ParleyError
from agents.models.footprint import Footprint
from agents.models.metering import metered
from agents.models.metrics import Meter, Metrics
from agents.models.options import Options
from agents.ports import LanguageModelCard

if TYPE_CHECKING:
    from pathlib import Path

    from agents.models.making import Making
    from agents.models.reference import ModelReference

__all__ = ["Broken", "ScriptedChat", "ScriptedLLM", "echo"]

_KNOWN = frozenset({"text", "fail", "seconds", "budget", "images", "audio", "trust"})
_PIECE = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Broken:
    """A reply that breaks off with ``error`` after ``text``."""

    text: str
    error: ParleyError


Said = str | ParleyError | Broken
Script = Callable[[Sequence[BaseMessage]], Said]


def echo(messages: Sequence[BaseMessage]) -> str:
    """The last message of the user again, at most 500 characters of it."""
    last = next((m for m in reversed(messages) if isinstance(m, HumanMessage)), None)
    return f"You said: {str(last.text)[:500]}" if last else "You said nothing."


class ScriptedChat(BaseChatModel):
    """``script`` makes the reply from the messages; ``seconds`` is spread over the pieces (words) of the reply.

    Streamed asynchronously, each piece has its time, however late its reader was for the one before: as from a model
    that runs elsewhere.
    """

    script: Script = echo
    seconds: float = 0.0
    prompts: list[list[BaseMessage]] = Field(default_factory=list)
    meter: Meter = Field(default_factory=lambda: Metrics().of("scripted"))

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _say(self, messages: list[BaseMessage]) -> Said:
        self.prompts.append(list(messages))
        return self.script(messages)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        pieces, error = _pieces(self._say(messages))
        time.sleep(self.seconds)
        if error:
            raise error
        return ChatResult(generations=[ChatGeneration(message=AIMessage("".join(pieces)))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        pieces, error = _pieces(self._say(messages))
        for piece in pieces:
            time.sleep(self.seconds / len(pieces))
            yield _chunk(piece)
        if error:
            raise error
        yield _last(messages, len(pieces))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async with aclosing(metered(self._saying(messages), self.meter)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _saying(self, messages: list[BaseMessage]) -> AsyncGenerator[ChatGenerationChunk, None]:
        pieces, error = _pieces(self._say(messages))
        loop = asyncio.get_running_loop()
        began = loop.time()
        for number, piece in enumerate(pieces, start=1):
            await asyncio.sleep(began + self.seconds * number / len(pieces) - loop.time())
            yield _chunk(piece)
        if error:
            raise error
        yield _last(messages, len(pieces))


def _pieces(said: Said) -> tuple[list[str], ParleyError | None]:
    if isinstance(said, ParleyError):
        return [], said
    if isinstance(said, Broken):
        return _PIECE.findall(said.text), said.error
    return _PIECE.findall(said), None


def _chunk(piece: str) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk(content=piece))


def _last(messages: list[BaseMessage], tokens: int) -> ChatGenerationChunk:
    prompt = sum(len(str(m.content).split()) for m in messages)
    usage = UsageMetadata(input_tokens=prompt, output_tokens=tokens, total_tokens=prompt + tokens)
    return ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage, chunk_position="last"))


class ScriptedLLM:
    """Fills ``agents.ports.LanguageModel``. A token is a word, or three characters of a longer one."""

    _missing: ModelUnavailable | None = None

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """Nothing: there is no model."""
        return Footprint(0)

    @classmethod
    def declare(cls, reference: ModelReference) -> LanguageModelCard:
        options = Options(reference, _KNOWN)
        options.choice("fail", "none", frozenset({"none", "load", "crash"}))
        options.number("seconds", 0.0, 0.0, 86_400.0)
        budget = options.whole("budget", 2000, 1, 1_000_000)
        return LanguageModelCard(
            str(reference),
            context_window=2 * budget,
            prompt_budget=budget,
            reply_budget=256,
            images=options.switch("images", False),
            audio=options.switch("audio", False),
            reliable=options.switch("trust", False),
        )

    @classmethod
    def made(cls, making: Making) -> ScriptedLLM:
        """The model wiring asks for."""
        llm = cls(making.reference)
        llm.chat.meter = making.metrics.of(llm.card.reference)
        return llm

    def __init__(self, reference: ModelReference) -> None:
        options = reference.options
        script: Script = echo
        if "text" in options:
            script = _one_after_another([options["text"]])
        if options.get("fail") == "load":
            self._missing = ModelUnavailable(str(reference), "scripted to fail")
            script = _one_after_another([self._missing])
        if options.get("fail") == "crash":
            script = _one_after_another([ModelCrashed(str(reference), "scripted to crash")])
        self._set(self.declare(reference), script, float(options.get("seconds", "0")))

    @classmethod
    def of(
        cls, replies: Script | Sequence[Said], *, card: LanguageModelCard | None = None, seconds: float = 0.0
    ) -> ScriptedLLM:
        """From Python: a function of the messages, or replies said one after another, the last one for ever."""
        llm = cls.__new__(cls)
        script = replies if callable(replies) else _one_after_another(replies)
        llm._set(card or LanguageModelCard("scripted:echo", 4000, 2000, 256), script, seconds)
        return llm

    def _set(self, card: LanguageModelCard, script: Script, seconds: float) -> None:
        self._card = card
        self._chat = ScriptedChat(script=script, seconds=seconds)

    @property
    def card(self) -> LanguageModelCard:
        return self._card

    @property
    def chat(self) -> ScriptedChat:
        return self._chat

    @property
    def prompts(self) -> list[list[BaseMessage]]:
        """Every prompt so far, oldest first."""
        return self._chat.prompts

    async def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if self._missing:
            raise self._missing
        return [sum(-(-len(word) // 3) if len(word) > 8 else 1 for word in text.split()) for text in texts]

    async def start(self, opening: Sequence[BaseMessage] = ()) -> None:
        if self._missing:
            raise self._missing

    async def stop(self) -> None:
        """Nothing to stop."""


def _one_after_another(replies: Sequence[Said]) -> Script:
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]
