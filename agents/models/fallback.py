"""A role filled by several models: the next answers when the one before cannot. Fills the port that each of them fills.

Perceiving and embedding changes nothing, so asking another model is always safe; each is asked once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from agents.errors import ModelError, ModelUnavailable
from agents.limits import Limits
from agents.models.alternatives import Alternative, Alternatives, listed, told
from agents.models.metrics import Metrics
from agents.ports import Card, Found, Sense, Speaker, Speech

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.values import Finding

__all__ = ["FallbackEmbedder", "FallbackSense", "FallbackSpeaker", "either"]

ItemT = TypeVar("ItemT")
T = TypeVar("T")


class _Hosted(Protocol):
    """What senses and embedders have in common."""

    @property
    def card(self) -> Card: ...

    async def load(self) -> None: ...

    async def stop(self) -> None: ...


class _Embedder(_Hosted, Protocol):
    async def embed(self, text: str) -> NDArray[np.float32]: ...


HostedT = TypeVar("HostedT", bound=_Hosted)


def either(
    role: str,
    models: Sequence[Any],
    metrics: Metrics,
    limits: Limits | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Any:
    """One port of the role made of several, the one to ask first at the front; of one alone, that one itself.

    ``limits`` are those of the turns they work for. ``clock`` is monotonic, in seconds.
    """
    if len(models) == 1:
        return models[0]
    limits = limits or Limits()
    if role == "llm":
        from agents.models.fallback_llm import FallbackLLM

        return FallbackLLM(Alternatives(models, metrics, clock=clock), limits.answer_deadline)
    kinds: dict[str, Callable[..., Any]] = {"embeddings": FallbackEmbedder, "tts": FallbackSpeaker}
    return kinds.get(role, FallbackSense)(Alternatives(models, metrics, clock=clock), limits)


class _Fallback(Generic[HostedT]):
    """All but the last get half of the time that is left, so that one that never answers leaves the next its own."""

    def __init__(self, alternatives: Alternatives[HostedT], limits: Limits) -> None:
        self.alternatives = alternatives
        self._limits = limits

    @property
    def card(self) -> Card:
        """What the model declares that is asked next, with the cards of all."""
        cards = tuple(model.card for model in self.alternatives.models)
        return replace(self.alternatives.next.model.card, alternatives=cards)

    async def load(self) -> None:
        """Load them all. Raises ModelError when none of them loads."""
        await self.alternatives.load(lambda model: model.load())

    async def stop(self) -> None:
        """Let go of them all."""
        await self.alternatives.stop()

    async def _asked(
        self, ask: Callable[[Alternative[HostedT]], Awaitable[T]], seconds: float
    ) -> tuple[T, Alternative[HostedT], str]:
        """What was answered, by whom, and instead of whom. The last may take all the time that is left."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        errors: list[ModelError] = []
        for one, is_last in self.alternatives.to_ask():
            share = (until - loop.time()) / (1 if is_last else 2)
            try:
                with one.breaker.trial():
                    return await one.within(share, ask(one)), one, listed(errors)
            except ModelError as error:
                errors.append(error)
        raise told(errors)


class FallbackSense(_Fallback[Sense[ItemT]], Generic[ItemT]):
    """Fills :class:`agents.ports.Sense`."""

    async def perceive(self, item: ItemT) -> list[Finding]:
        """What one of them finds, which knows whose it is. Raises what they raise when all of them fail."""
        seconds = self._limits.perceiving(item)
        findings, one, instead = await self._asked(lambda one: one.model.perceive(item), seconds)
        return Found(findings, one.model.card, instead)


class FallbackEmbedder(_Fallback[_Embedder]):
    """The asynchronous face of :class:`agents.ports.Embedder`: the same model on several hosts.

    Vectors of different models have nothing to do with each other. One whose vectors are of another length than the
    first model's, or than those that came first while that one has not answered, does not count as such a model.
    """

    _length = 0

    async def embed(self, text: str) -> NDArray[np.float32]:
        """The text's vector: float32, shape (d,), unit norm. Raises what they raise when all of them fail."""
        return (await self._asked(lambda one: self._embedded(one, text), self._limits.sense_deadline))[0]

    async def _embedded(self, one: Alternative[_Embedder], text: str) -> NDArray[np.float32]:
        vector = await one.model.embed(text)
        if not self._length or one.model is self.alternatives.models[0]:
            self._length = len(vector)
        if len(vector) != self._length:
            raise ModelUnavailable(one.reference, f"its vectors have {len(vector)} numbers, and not {self._length}")
        return vector


class FallbackSpeaker(_Fallback[Speaker]):
    """Fills :class:`agents.ports.Speaker`."""

    async def speak(self, text: str, language: str) -> Speech:
        """What one of them says. Raises what they raise when all of them fail."""
        seconds = self._limits.answer_deadline
        return (await self._asked(lambda one: one.model.speak(text, language), seconds))[0]
