"""Counting tokens by the model's own tokenizer, through the child that has loaded it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agents.errors import ModelCrashed

if TYPE_CHECKING:
    from agents.models.llamacpp.client import Connection
    from agents.models.llamacpp.engine import LlamaCppEngine

__all__ = ["TokenCounter"]

_KEPT = 512  # counts of the texts asked about last
_AT_ONCE = 4
_TRIES = 2


class TokenCounter:
    """``within`` is the longest count in seconds, when nothing has to be loaded first."""

    def __init__(self, engine: LlamaCppEngine, within: float = 10.0) -> None:
        self._engine = engine
        self._within = within
        self._kept: OrderedDict[str, int] = OrderedDict()
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text. Raises ModelUnavailable, ModelCrashed, ModelLate."""
        missing = [text for text in dict.fromkeys(texts) if text and text not in self._kept]
        counts = {text: self._kept.get(text, 0) for text in texts}
        if missing:
            counts |= zip(missing, await self._count(missing), strict=True)
        for text in dict.fromkeys(texts):
            self._keep(text, counts[text])
        return [counts[text] for text in texts]

    def _keep(self, text: str, count: int) -> None:
        self._kept[text] = count
        self._kept.move_to_end(text)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    async def _count(self, texts: Sequence[str]) -> list[int]:
        for _ in range(_TRIES - 1):
            try:
                return await self._ask(texts)
            except ModelCrashed:
                continue
        return await self._ask(texts)

    async def _ask(self, texts: Sequence[str]) -> list[int]:
        async with self._engine.watched("tokens not counted in time"):
            connection = await self._engine.connect()
            async with asyncio.timeout(self._within):
                return await asyncio.gather(*(self._tokens(connection, text) for text in texts))

    async def _tokens(self, connection: Connection, text: str) -> int:
        async with self._at_once:
            return await connection.tokens(text)
