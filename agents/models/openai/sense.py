"""What the senses on other hosts share that are no chats: the wire, its card, reaching its host, letting go."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from agents.models.metering import metering
from agents.models.openai.elsewhere import Elsewhere
from agents.models.openai.place import Place

if TYPE_CHECKING:
    from agents.models.making import Making
    from agents.models.openai.wire import Wire
    from agents.models.reference import ModelReference
    from agents.ports import Card

__all__ = ["RemoteSense"]

T = TypeVar("T")


class RemoteSense(Elsewhere, ABC):
    """A subclass says what it asks of the wire."""

    @classmethod
    def made(cls, making: Making) -> Self:
        """Raises ReferenceInvalid."""
        return cls(making, cls.declare(making.reference))

    @classmethod
    @abstractmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""

    def __init__(self, making: Making, card: Card) -> None:
        """Raises ReferenceInvalid."""
        self._making = making
        self._card = card
        self._place = Place.of(making.reference)
        self._meter = making.metrics.of(card.reference)

    @property
    def card(self) -> Card:
        return self._card

    @cached_property
    def _wire(self) -> Wire:
        from agents.models.openai.wire import Wire

        return Wire.of(self._making, self._place)

    async def load(self) -> None:
        """See that its host answers. Raises ModelUnavailable."""
        await self._wire.reach()

    async def stop(self) -> None:
        """Close the connections; asked again, it opens others."""
        await self._wire.close()

    async def _asked(self, path: str, read: Callable[[Any], T], *, until: float, **sent: Any) -> T:
        """What ``read`` makes of the answer; see :meth:`Wire.post`, and raises what that raises."""
        with metering(self._meter):
            return await self._wire.post(path, read, until=until, **sent)

    async def _fetched(self, path: str, order: Mapping[str, Any], kinds: tuple[str, ...], **bounds: Any) -> bytes:
        """The bytes that come back; see :meth:`Wire.fetch`, and raises what that raises."""
        with metering(self._meter):
            return await self._wire.fetch(path, order, kinds, **bounds)

    def _until(self, seconds: float) -> float:
        """The loop's time in so many seconds."""
        return asyncio.get_running_loop().time() + seconds
