"""LangChain's face of a host that speaks OpenAI's chat completions, streamed over plain HTTP.

LangChain's own client for this wire and OpenAI's below it cost half a millisecond of a core for every piece of an
answer, ten times what reading it here costs, and 30 MB. https://platform.openai.com/docs/api-reference/chat tells the
wire.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from agents.models.metering import metered
from agents.models.metrics import Meter
from agents.models.openai.asking import AskingChat, ordered
from agents.models.openai.failures import translated
from agents.models.openai.pieces import pieces
from agents.models.openai.wire import Wire

__all__ = ["RemoteChat"]

_PATH = "/chat/completions"


class RemoteChat(AskingChat):
    """Streams from the host. Raises ModelUnavailable, ModelBusy, ModelLate, ModelCrashed, ModelRefused.

    ``deadline`` is the longest answer in seconds. Only the asynchronous methods work. Pieces that arrive together are
    one piece. ``limit`` is what the host calls the most tokens of an answer.
    """

    model: str
    reference: str
    deadline: float
    reply: int
    limit: str = "max_tokens"
    sampling: dict[str, float] = {}  # noqa: RUF012 - pydantic copies it
    _wire: Wire = PrivateAttr()
    _meter: Meter = PrivateAttr()

    def __init__(self, wire: Wire, meter: Meter, **fields: Any) -> None:
        super().__init__(**fields)
        self._wire, self._meter = wire, meter

    @property
    def _llm_type(self) -> str:
        return "openai"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.reference}

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async with aclosing(metered(self._answer(messages, stop, kwargs), self._meter)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _answer(
        self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        until = asyncio.get_running_loop().time() + self.deadline
        order = ordered(messages, stop, self._standing() | options, limit=self.limit)
        with translated(self.reference):
            async with aclosing(pieces(self._wire.stream(_PATH, order, self.reply))) as arriving:
                while True:
                    async with asyncio.timeout_at(until):
                        piece = await anext(arriving, None)
                    if piece is None:
                        return
                    yield piece

    def _standing(self) -> dict[str, Any]:
        return {"model": self.model, "max_tokens": self.reply, **self.sampling}
