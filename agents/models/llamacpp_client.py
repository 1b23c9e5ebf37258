"""The wire to a llama.cpp child: LangChain's OpenAI client and a plain one, both blind to proxies and retries.

Imports langchain_openai, so it is itself imported only when a model is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

if TYPE_CHECKING:
    from agents.models.child import Child
    from agents.models.llamacpp_options import LlamaCppOptions

__all__ = ["Connection"]

_CONNECT_WITHIN = 5.0
_PENALTY_WINDOW = 256  # tokens looked back at by both penalties


@dataclass(frozen=True, slots=True)
class Connection:
    """A serving child and the two ways to talk to it, which share one pool of sockets.

    Deadlines are the caller's; only connecting has one here.
    """

    child: Child
    chat: ChatOpenAI
    http: httpx2.AsyncClient

    @classmethod
    def to(cls, child: Child, address: str, key: str, options: LlamaCppOptions) -> Connection:
        """The way to a child that serves at ``address`` for whoever holds ``key``."""
        http = httpx2.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=httpx2.Timeout(None, connect=_CONNECT_WITHIN),
            trust_env=False,
            verify=False,  # plain HTTP on the loopback: no certificates to load
        )
        return cls(child, _chat(f"{address}/v1", key, options, http), http)


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
            "dry_penalty_last_n": _PENALTY_WINDOW,
            "cache_prompt": True,
        },
    )
