"""The wire to a llama.cpp child: LangChain's OpenAI client and a plain one, both blind to proxies and without retries.

Imports openai and langchain_openai, so it is itself imported only when a model is loaded. Their errors end here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import httpx2
import openai
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agents.errors import ModelBusy, ModelCrashed, ModelError, ModelLate, ModelRefused

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatGenerationChunk

    from agents.models.child import Child
    from agents.models.llamacpp.options import LlamaCppOptions

__all__ = ["Connection"]

_BUSY = {429, 503}
_REFUSED = 400
_CONNECT_WITHIN = 5.0
_PENALTY_WINDOW = 512  # tokens looked back at by both penalties
# Tokens that may stand again as they stood before. Looking at shorter repeats keeps a small model from loops no better,
# but also from quoting what it was told: with 2, four of ten names and cities were lost.
_DRY_FROM = 10


@dataclass(frozen=True, slots=True)
class Connection:
    """A serving child and the two ways to talk to it, which share one pool of sockets.

    Deadlines are the caller's; only connecting has one here. Every call raises only ModelCrashed, ModelBusy,
    ModelLate and ModelRefused.
    """

    reference: str
    child: Child
    _chat: ChatOpenAI
    _http: httpx2.AsyncClient

    @classmethod
    def to(cls, child: Child, address: str, key: str, reference: str, options: LlamaCppOptions) -> Connection:
        """The way to a child that serves at ``address`` for whoever holds ``key``."""
        http = httpx2.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx2.Timeout(None, connect=_CONNECT_WITHIN),
            trust_env=False,
            verify=False,  # plain HTTP on the loopback: no certificates to load
        )
        return cls(reference, child, _chat(f"{address}/v1", key, options, http), http)

    async def stream(
        self, messages: list[BaseMessage], stop: Sequence[str] | None, options: Mapping[str, Any]
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """The answer in pieces; the last of them carries the usage. Closing it frees the server's slot."""
        # LangChain's hook below its public face: our own chat model has told the callbacks already.
        stream = self._chat._astream(messages, list(stop) if stop else None, **options)
        with _translated(self.reference):
            async with aclosing(cast("AsyncGenerator[ChatGenerationChunk, None]", stream)) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def tokens(self, text: str) -> int:
        """How many tokens ``text`` is, without the model's own marks around it."""
        with _translated(self.reference):
            order = {"content": text, "add_special": False, "parse_special": False}
            response = await self._http.post("/tokenize", json=order)
            return len(response.raise_for_status().json()["tokens"])

    async def healthy(self) -> bool:
        """Whether the server answers at all."""
        try:
            return (await self._http.get("/health")).is_success
        except httpx2.HTTPError:
            return False

    async def close(self) -> None:
        await self._http.aclose()


@contextmanager
def _translated(reference: str) -> Iterator[None]:
    try:
        yield
    except (httpx2.HTTPError, openai.OpenAIError) as exc:
        kind, detail = _meaning(exc)
        raise kind(reference, detail) from exc


def _meaning(exc: httpx2.HTTPError | openai.OpenAIError) -> tuple[type[ModelError], str]:
    if isinstance(exc, httpx2.TimeoutException | openai.APITimeoutError):
        return ModelLate, "no connection within the deadline"
    if isinstance(exc, openai.APIStatusError):
        if exc.status_code in _BUSY:
            return ModelBusy, "the server has no place free"
        if exc.status_code == _REFUSED:
            return ModelRefused, "the server refuses the request"
    return ModelCrashed, "the connection broke"


def _chat(url: str, key: str, options: LlamaCppOptions, http: httpx2.AsyncClient) -> ChatOpenAI:
    return ChatOpenAI(
        model="local",
        base_url=url,
        api_key=SecretStr(key),
        http_async_client=http,
        http_client=httpx2.Client(trust_env=False, verify=False),  # ours is used from the event loop alone
        timeout=http.timeout,
        max_retries=0,
        stream_usage=True,
        stream_chunk_timeout=0,
        temperature=options.temperature,
        top_p=options.top_p,
        extra_body={
            "max_tokens": options.reply,
            "top_k": options.top_k,
            "repeat_penalty": options.repeat,
            "repeat_last_n": _PENALTY_WINDOW,
            "dry_multiplier": options.dry,
            "dry_allowed_length": _DRY_FROM,
            "dry_penalty_last_n": _PENALTY_WINDOW,
            "cache_prompt": True,
        },
    )
