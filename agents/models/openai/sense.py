"""What the senses on other hosts share that are no chats: the wire, its card, reaching its host, letting go."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from agents.models.openai.place import Place

if TYPE_CHECKING:
    from agents.models.making import Making
    from agents.models.openai.wire import Wire
    from agents.ports import Card

__all__ = ["RemoteSense"]


class RemoteSense:
    """A subclass says what it asks of the wire."""

    def __init__(self, making: Making, card: Card) -> None:
        """Raises ReferenceInvalid."""
        self._making = making
        self._card = card
        self._place = Place.of(making.reference)

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

    def _until(self, seconds: float) -> float:
        """The loop's time in so many seconds."""
        return asyncio.get_running_loop().time() + seconds
