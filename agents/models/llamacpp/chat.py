"""LangChain's face of a llama.cpp child: failures become ours, and a child that dies is asked once more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models.chat_models import agenerate_from_stream
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from agents.errors import ModelCrashed
from agents.models.llamacpp.engine import LlamaCppEngine
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
        async with self._engine.admitted() as until:
            for _ in range(_TRIES - 1):
                try:
                    return await agenerate_from_stream(self._once(until, messages, stop, kwargs))
                except ModelCrashed:
                    continue
            return await agenerate_from_stream(self._once(until, messages, stop, kwargs))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async with self._engine.admitted() as until:
            for tries_left in reversed(range(_TRIES)):
                handed_out = False
                try:
                    async with aclosing(self._once(until, messages, stop, kwargs)) as chunks:
                        async for chunk in chunks:
                            handed_out = handed_out or bool(chunk.text)
                            yield chunk
                    return
                except ModelCrashed:
                    if handed_out or not tries_left:
                        raise

    async def _once(
        self, until: float, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """One try, until the loop's time ``until``."""
        async with self._engine.watched():
            async with asyncio.timeout_at(until):
                connection = await self._engine.connect()
            async with aclosing(connection.stream(messages, stop, options)) as stream:
                while True:
                    async with asyncio.timeout_at(until):
                        chunk = await anext(stream, None)
                    if chunk is None:
                        return
                    yield chunk
