"""What a sender is told instead of an answer: that it must wait, or that it was given up."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping

from agents.ports import Wording
from bot.access import Access
from bot.channel import Channel, DeliveryFailed
from bot.incoming import Incoming, PayloadUnreadable
from bot.texts import language_of
from storage.ports import Arrival, InboxRow

__all__ = ["Notices"]


class Notices:
    """The callables ``buried`` and ``delayed`` a Desk wants, and ``crowded`` for those who wait; none ever raises.

    ``access`` is by channel. The channels ``refusing`` refuse what cannot be kept and say so at once. A chat hears of a
    delay once in ``every`` seconds; the last ``most`` chats that did are remembered.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        access: Mapping[str, Access],
        wording: Wording,
        *,
        refusing: Collection[str] = (),
        every: float = 600.0,
        most: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._channels = channels
        self._access = access
        self._wording = wording
        self._refusing = refusing
        self._every = every
        self._most = most
        self._clock = clock
        self._told: OrderedDict[tuple[str, str], float] = OrderedDict()  # chat -> when, oldest first

    async def buried(self, row: InboxRow) -> None:
        """Say that a message was given up."""
        await self._tell(row, "desk.given_up")

    async def delayed(self, kept: Arrival | InboxRow) -> None:
        """Say that storage is in trouble and the answer must wait."""
        refused = isinstance(kept, Arrival) and kept.channel in self._refusing
        if not refused and self._due((kept.channel, kept.chat)):
            await self._tell(kept, "desk.delayed")

    async def crowded(self, row: InboxRow, seconds: float | None) -> None:
        """Say that many messages wait before this one, and for how long, if known."""
        if self._due((row.channel, row.chat)):
            if seconds is None:
                await self._tell(row, "desk.crowded")
            else:
                await self._tell(row, "desk.crowded_until", wait=seconds)

    def _due(self, chat: tuple[str, str]) -> bool:
        now = self._clock()
        if (told := self._told.get(chat)) is not None and now - told < self._every:
            return False
        self._told[chat] = now
        self._told.move_to_end(chat)
        if len(self._told) > self._most:
            self._told.popitem(last=False)
        return True

    async def _tell(self, kept: Arrival | InboxRow, key: str, **facts: object) -> None:
        channel = self._channels.get(kept.channel)
        try:
            incoming = Incoming.of(kept.payload)
            if channel is not None and self._access[channel.name].allows(incoming.sender):
                await channel.send(incoming, self._wording.say(key, language_of(incoming.sender.locale), **facts))
        except (PayloadUnreadable, DeliveryFailed):
            return  # an apology that does not arrive is not worth a second try
