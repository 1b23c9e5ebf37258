"""LangChain's face of a host that speaks OpenAI's chat completions, streamed over plain HTTP.

LangChain's own client for this wire and OpenAI's below it cost half a millisecond of a core for every piece of an
answer, ten times what reading it here costs, and 30 MB. https://platform.openai.com/docs/api-reference/chat tells the
wire, https://html.spec.whatwg.org/multipage/server-sent-events.html how a stream is divided into events.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

import httpx
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from agents.errors import ModelBusy, ModelCrashed, ModelError, ModelLate, ModelRefused, ModelUnavailable
from agents.models.async_chat import AsyncChat

__all__ = ["RemoteChat"]

_CONNECT_WITHIN = 5.0  # seconds, as the following
_REACH_WITHIN = 10.0
_CONNECTIONS = 256
_IDLE = 10  # connections kept: each request looks at every idle one, so that more of them cost more than they bring
_KEPT_ALIVE = 60.0  # seconds
_LONGEST_LINE = 1_000_000  # characters of one event
_DATA, _DONE = "data:", "[DONE]"
_BY_STATUS: dict[int, tuple[type[ModelError], str]] = {
    **dict.fromkeys((400, 413, 422), (ModelRefused, "its host refuses the request")),
    **dict.fromkeys((401, 403), (ModelUnavailable, "its host wants a key")),
    404: (ModelUnavailable, "its host does not have it"),
    408: (ModelLate, "its host gave up waiting"),
    **dict.fromkeys((429, 503), (ModelBusy, "its host has no place free")),
}


class RemoteChat(AsyncChat):
    """Streams from the host. Raises ModelUnavailable, ModelBusy, ModelLate, ModelCrashed, ModelRefused.

    ``deadline`` is the longest answer in seconds, ``reply`` in tokens. Only the asynchronous methods work. Pieces that
    arrive together are one piece.
    """

    address: str
    model: str
    reference: str
    deadline: float
    reply: int
    _http: httpx.AsyncClient = PrivateAttr()
    _url: httpx.URL = PrivateAttr()  # read once: reading it costs a tenth of a request

    def model_post_init(self, _: Any, /) -> None:
        self._url = httpx.URL(f"{self.address}/chat/completions")
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(self.deadline, connect=_CONNECT_WITHIN),
            limits=httpx.Limits(
                max_connections=_CONNECTIONS, max_keepalive_connections=_IDLE, keepalive_expiry=_KEPT_ALIVE
            ),
            trust_env=False,
            verify=httpx.create_ssl_context(trust_env=False) if self.address.startswith("https:") else False,
        )

    @property
    def _llm_type(self) -> str:
        return "openai"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.reference}

    async def reach(self) -> None:
        """See whether the host answers at all. Raises ModelUnavailable."""
        try:
            async with asyncio.timeout(_REACH_WITHIN):
                response = await self._http.get(f"{self.address}/models")
        except (TimeoutError, httpx.HTTPError) as exc:
            raise ModelUnavailable(self.reference, "its host does not answer") from exc
        if response.status_code in {401, 403}:
            raise ModelUnavailable(self.reference, "its host wants a key")

    async def close(self) -> None:
        await self._http.aclose()

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        until = asyncio.get_running_loop().time() + self.deadline
        with self._translated():
            async with aclosing(self._pieces(self._order(messages, stop, kwargs))) as pieces:
                while True:
                    async with asyncio.timeout_at(until):
                        piece = await anext(pieces, None)
                    if piece is None:
                        return
                    yield piece

    def _order(self, messages: list[BaseMessage], stop: list[str] | None, options: dict[str, Any]) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": convert_to_openai_messages(messages),
            "max_tokens": self.reply,
            "stream": True,
            "stream_options": {"include_usage": True},
            **({"stop": stop} if stop else {}),
            **options,
        }

    async def _pieces(self, order: dict[str, Any]) -> AsyncGenerator[ChatGenerationChunk, None]:
        """The answer's pieces, the last of them with the usage."""
        usage: dict[str, Any] | None = None
        async with self._http.stream("POST", self._url, json=order) as response:
            if response.status_code != httpx.codes.OK:
                kind, detail = _BY_STATUS.get(response.status_code, (ModelCrashed, "its host failed"))
                raise kind(self.reference, detail)
            async for events in _events(response.aiter_text()):
                usage = next((event["usage"] for event in events if event.get("usage")), usage)
                if text := "".join(map(_said, events)):
                    yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        yield ChatGenerationChunk(
            message=AIMessageChunk(content="", usage_metadata=_usage(usage) if usage else None, chunk_position="last")
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (TimeoutError, httpx.TimeoutException) as exc:
            raise ModelLate(self.reference, "no answer within the deadline") from exc
        except httpx.HTTPError as exc:
            raise ModelCrashed(self.reference, "the connection broke") from exc
        except (AttributeError, LookupError, TypeError, ValueError) as exc:  # JSON of another shape, or none
            raise ModelCrashed(self.reference, "its host's answer is not understood") from exc


async def _events(texts: AsyncIterator[str]) -> AsyncIterator[list[dict[str, Any]]]:
    """The events of a stream as far as they have come, up to the one that says it is done. Raises ValueError."""
    rest, done = "", False
    async for text in texts:
        if done:
            continue  # a connection serves again once its stream is read to the end
        *lines, rest = (rest + text).split("\n")
        if len(rest) > _LONGEST_LINE:
            raise ValueError("an event without end")
        told = [line[len(_DATA) :].strip() for line in lines if line.startswith(_DATA)]
        done = _DONE in told
        if events := [json.loads(data) for data in told[: told.index(_DONE) if done else None]]:
            yield events
    if not done:
        raise ValueError("a stream that breaks off")


def _said(event: dict[str, Any]) -> str:
    return "".join(choice["delta"].get("content") or "" for choice in event["choices"])


def _usage(told: dict[str, Any]) -> UsageMetadata:
    prompt, reply = int(told["prompt_tokens"]), int(told["completion_tokens"])
    return UsageMetadata(input_tokens=prompt, output_tokens=reply, total_tokens=prompt + reply)
