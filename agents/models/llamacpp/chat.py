"""LangChain's face of a llama.cpp child: failures become ours, and a child that dies is asked once more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from agents.errors import ModelCrashed
from agents.models.llamacpp.engine import LlamaCppEngine, Seat
from agents.models.metering import metered
from agents.models.openai.asking import AskingChat

__all__ = ["LlamaCppChat"]

_TRIES = 2


class LlamaCppChat(AskingChat):
    """Streams from the child. Raises ModelUnavailable, ModelBusy, ModelLate, ModelCrashed, ModelRefused.

    If the child dies before a piece of the answer was handed out, the request is made once more inside; afterwards
    ModelCrashed goes to the caller, who may begin the answer again. Only the asynchronous methods work.
    """

    _engine: LlamaCppEngine = PrivateAttr()

    def __init__(self, engine: LlamaCppEngine) -> None:
        super().__init__()
        self._engine = engine

    @property
    def _llm_type(self) -> str:
        return "llamacpp"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self._engine.reference}

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks: list[ChatGenerationChunk] = []
        async with aclosing(self._answer(messages, stop, kwargs, chunks.clear)) as arriving:
            async for chunk in arriving:
                chunks.append(chunk)
        return generate_from_stream(iter(chunks))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async with aclosing(self._answer(messages, stop, kwargs)) as arriving:
            async for chunk in arriving:
                yield chunk

    def _answer(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        options: dict[str, Any],
        forget: Callable[[], None] | None = None,
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """The answer in pieces. ``forget`` takes back what was handed out, so that it may begin again."""
        return metered(self._tried(messages, stop, options, forget), self._engine.meter, self._engine.where)

    async def _tried(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        options: dict[str, Any],
        forget: Callable[[], None] | None,
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        # a lone message (the caption of a photo, say) is no conversation that goes on
        async with self._engine.admitted(kept=len(messages) > 1) as seat:
            for tries_left in reversed(range(_TRIES)):
                handed_out = False
                try:
                    async with aclosing(self._once(seat, messages, stop, options)) as chunks:
                        async for chunk in chunks:
                            handed_out = handed_out or bool(chunk.text)
                            yield chunk
                    return
                except ModelCrashed:
                    if not tries_left or (handed_out and not forget):
                        raise
                    if forget:
                        forget()

    async def _once(
        self, seat: Seat, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """One try."""
        async with self._engine.watched():
            async with asyncio.timeout_at(seat.until):
                connection = await self._engine.connect()
            async with aclosing(connection.stream(messages, stop, options, seat.slot)) as stream:
                while True:
                    async with asyncio.timeout_at(seat.until):
                        chunk = await anext(stream, None)
                    if chunk is None:
                        return
                    yield chunk
