"""The wire to a llama.cpp child: OpenAI's, with llama.cpp's own words for sampling, and its call that counts tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from agents.models.openai.asking import ordered
from agents.models.openai.embedding import vector
from agents.models.openai.pieces import pieces
from agents.models.openai.wire import Wire

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatGenerationChunk
    from numpy.typing import NDArray

    from agents.models.child import Child
    from agents.models.llamacpp.options import LlamaCppOptions

__all__ = ["Connection"]

_COUNT_WITHIN = 30.0  # seconds; the callers' own deadlines are shorter
_PENALTY_WINDOW = 512  # tokens looked back at by both penalties
# Tokens that may stand again as they stood before. Looking at shorter repeats keeps a small model from loops no better,
# but also from quoting what it was told: with 2, four of ten names and cities were lost.
_DRY_FROM = 10


@dataclass(frozen=True, slots=True)
class Connection:
    """A serving child and the way to talk to it. Every call raises only what the wire raises."""

    child: Child
    wire: Wire
    standing: Mapping[str, Any]

    @classmethod
    def to(cls, child: Child, address: str, key: str, reference: str, options: LlamaCppOptions) -> Connection:
        """The way to a child that serves at ``address`` for whoever holds ``key``."""
        return cls(child, Wire(reference, address, key=key), _standing(options))

    def stream(
        self, messages: list[BaseMessage], stop: Sequence[str] | None, options: Mapping[str, Any], slot: int
    ) -> AsyncGenerator[ChatGenerationChunk, None]:
        """The answer in pieces, its deadline the caller's; the last has the usage. Closing it frees the slot."""
        order = ordered(messages, stop, {**self.standing, **options, "id_slot": slot})
        return pieces(self.wire.stream("/v1/chat/completions", order, self.standing["max_tokens"]))

    async def tokens(self, text: str) -> int:
        """How many tokens ``text`` is, without the model's own marks around it."""
        order = {"content": text, "add_special": False, "parse_special": False}
        until = asyncio.get_running_loop().time() + _COUNT_WITHIN
        return await self.wire.post("/tokenize", lambda told: len(told["tokens"]), until=until, order=order)

    async def vector(self, text: str, until: float) -> NDArray[np.float32]:
        """The text's vector at unit norm, from a child that serves embeddings."""
        order = {"model": "local", "input": text, "encoding_format": "float"}
        return await self.wire.post("/v1/embeddings", vector, until=until, order=order)

    async def healthy(self) -> bool:
        """Whether the server answers at all."""
        try:
            return (await self.wire.look("/health")).is_success
        except httpx.HTTPError:
            return False

    async def close(self) -> None:
        await self.wire.close()


def _standing(options: LlamaCppOptions) -> dict[str, Any]:
    return {
        "model": "local",
        "max_tokens": options.reply,
        "temperature": options.temperature,
        "top_p": options.top_p,
        "top_k": options.top_k,
        "repeat_penalty": options.repeat,
        "repeat_last_n": _PENALTY_WINDOW,
        "dry_multiplier": options.dry,
        "dry_allowed_length": _DRY_FROM,
        "dry_penalty_last_n": _PENALTY_WINDOW,
        "cache_prompt": True,
    }
