"""LangChain's face of a model that transformers runs in this process: answers stream from its thread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from agents.errors import ModelBusy, ModelLate
from agents.models.async_chat import AsyncChat
from agents.models.caller import CALLER
from agents.models.gate import Gate
from agents.models.host import Host, Job
from agents.models.metering import metered
from agents.models.metrics import Meter
from agents.models.transformers.answer import Answer, Order
from agents.models.transformers.options import WritingOptions
from agents.models.transformers.pieces import Reader
from agents.models.transformers.writer import Writer

if TYPE_CHECKING:
    from langchain_core.messages.ai import UsageMetadata

__all__ = ["TransformersChat"]

_WAITING = 64  # answers, before those that are being written
_AGAIN = 0.05  # seconds


class TransformersChat(AsyncChat):
    """Streams as many answers at once as the reference has ``slots``; the others wait for their turn.

    Raises ModelUnavailable, ModelBusy, ModelLate, ModelCrashed, ModelRefused, ModelOutOfMemory, DeviceLost.
    ``deadline`` is the longest answer in seconds, with waiting for a place and loading included. When the caller
    leaves, the model is free after the token, or the piece of the prompt, it is at.
    """

    _host: Host[Any] = PrivateAttr()
    _options: WritingOptions = PrivateAttr()
    _deadline: float = PrivateAttr()
    _job: Job[Writer] = PrivateAttr()
    _meter: Meter = PrivateAttr()
    _gate: Gate = PrivateAttr()

    def __init__(self, host: Host[Any], options: WritingOptions, deadline: float) -> None:
        super().__init__()
        self._host, self._options, self._deadline = host, options, deadline
        self._job = Job(lambda writer, answers: writer.advance(answers), together=options.slots, counted=False)
        self._meter = host.metrics.of(host.reference)
        self._gate = Gate(host.reference, options.slots, _WAITING, self._meter)

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
        asked = self._streamed(messages, stop or (), kwargs)
        async with aclosing(metered(asked, self._meter, lambda: self._host.device)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _streamed(
        self, messages: list[BaseMessage], stops: Sequence[str], asked: dict[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        loop = asyncio.get_running_loop()
        until = loop.time() + self._deadline
        pieces: asyncio.Queue[str | None] = asyncio.Queue()  # bounded by the tokens of an answer
        reader = Reader(lambda piece: _put(loop, pieces, piece))
        answer = Answer(self._order(messages, stops, reader, asked))
        writing = asyncio.create_task(self._written(answer), name="answer")
        writing.add_done_callback(lambda task: _ended(task, pieces))
        try:
            while (piece := await self._next(pieces, until)) is not None:
                yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
            usage = await writing
        finally:
            reader.leave()
            writing.cancel()
        ended = {"finish_reason": "length" if answer.cut else "stop"}
        last = AIMessageChunk(content="", usage_metadata=usage, response_metadata=ended, chunk_position="last")
        yield ChatGenerationChunk(message=last)

    async def _written(self, answer: Answer) -> UsageMetadata:
        """Bring the answer before the model until it is whole."""
        caller, came = CALLER.get(), time.monotonic()
        place = await self._gate.enter(caller, kept=False)
        self._meter.waited(self._host.device, time.monotonic() - came)
        try:
            usage: UsageMetadata | None = await self._host.call(self._job, answer)
            while usage is None:
                usage = await self._advanced(answer)
            return usage
        finally:
            self._gate.leave(place, caller, kept=False)

    async def _advanced(self, answer: Answer) -> UsageMetadata | None:
        try:
            usage: UsageMetadata | None = await self._host.call(self._job, answer)
        except ModelBusy:  # with what others ask of the model; what has begun is not given up for that
            await asyncio.sleep(_AGAIN)
            return None
        return usage

    async def _next(self, pieces: asyncio.Queue[str | None], until: float) -> str | None:
        try:
            async with asyncio.timeout_at(until):
                return await pieces.get()
        except TimeoutError as exc:
            raise ModelLate(self._host.reference, "no answer within the deadline") from exc

    def _order(self, messages: list[BaseMessage], stops: Sequence[str], reader: Reader, asked: dict[str, Any]) -> Order:
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
