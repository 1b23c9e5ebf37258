"""LangChain's face of a model that transformers runs in this process: answers stream from its thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from agents.errors import ModelLate
from agents.models.async_chat import AsyncChat
from agents.models.host import Host, Job
from agents.models.transformers.options import WritingOptions
from agents.models.transformers.pieces import Reader
from agents.models.transformers.writer import Order, Writer

__all__ = ["TransformersChat"]

_WRITE: Job[Writer] = Job(lambda writer, orders: writer.write(orders))


class TransformersChat(AsyncChat):
    """Streams one answer at a time. Raises ModelUnavailable, ModelBusy, ModelLate, ModelCrashed, ModelRefused.

    ``deadline`` is the longest answer in seconds, with waiting for a place and loading included. When the caller
    leaves, the model is free after the token it is at.
    """

    _host: Host[Any] = PrivateAttr()
    _options: WritingOptions = PrivateAttr()
    _deadline: float = PrivateAttr()

    def __init__(self, host: Host[Any], options: WritingOptions, deadline: float) -> None:
        super().__init__()
        self._host, self._options, self._deadline = host, options, deadline

    @property
    def _llm_type(self) -> str:
        return "transformers"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self._host.reference}

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._deadline
        pieces: asyncio.Queue[str | None] = asyncio.Queue()  # bounded by the tokens of an answer
        reader = Reader(lambda piece: _put(loop, pieces, piece))
        order = self._order(messages, stop or (), reader, kwargs)
        writing = asyncio.create_task(self._host.call(_WRITE, order), name="answer")
        writing.add_done_callback(lambda task: _ended(task, pieces))
        try:
            while (piece := await self._next(pieces, until)) is not None:
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
            usage = await writing
        finally:
            reader.leave()
            writing.cancel()
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage, chunk_position="last"))

    async def _next(self, pieces: asyncio.Queue[str | None], until: float) -> str | None:
        try:
            async with asyncio.timeout_at(until):
                return await pieces.get()
        except TimeoutError as exc:
            self._host.count_late()
            raise ModelLate(self._host.reference, "no answer within the deadline") from exc

    def _order(self, messages: list[BaseMessage], stops: Any, reader: Reader, asked: dict[str, Any]) -> Order:
        options = self._options
        return Order(
            messages=messages,
            most=int(asked.get("max_tokens") or options.card.reply_budget),
            temperature=float(asked.get("temperature", options.temperature)),
            top_p=float(asked.get("top_p", options.top_p)),
            stops=tuple(stops),
            reader=reader,
        )


def _put(loop: asyncio.AbstractEventLoop, pieces: asyncio.Queue[str | None], piece: str) -> None:
    try:
        loop.call_soon_threadsafe(pieces.put_nowait, piece)
    except RuntimeError:  # the loop is closed: nobody reads any more
        return


def _ended(task: asyncio.Task[Any], pieces: asyncio.Queue[str | None]) -> None:
    """Tell the reader there is no more, and count an error as seen in case the reader has left."""
    if not task.cancelled():
        task.exception()
    pieces.put_nowait(None)
