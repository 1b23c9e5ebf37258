"""What a sender is told instead of an answer: that it must wait, or that it was given up."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping

from agents.ports import Wording
from bot.access import Access
from bot.backlog import MEMORY
from bot.channel import Channel, DeliveryFailed
from bot.gate import AccessGate, Gate
from bot.heard import Heard
from bot.incoming import Incoming, PayloadUnreadable
from bot.said import Said
from bot.texts import language_of
from bot.tongues import Tongues
from storage.errors import StorageError
from storage.ports import Arrival, InboxRow, Preferences

__all__ = ["Notices"]


class Notices:
    """The callables ``buried`` and ``delayed`` a Desk wants, and ``crowded`` for those who wait; none ever raises.

    ``access`` is by channel, if there is no ``gate``. Channels ``refusing`` refuse what cannot be kept and say so at
    once. A chat hears of a delay, and of a crowd, once in ``every`` seconds; ``most`` chats hear of each in that time.
    People hear of what they said, and not of what they did with an answer.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        access: Mapping[str, Access],
        wording: Wording,
        *,
        refusing: Collection[str] = (),
        every: float = 600.0,
        most: int = MEMORY,
        clock: Callable[[], float] = time.monotonic,
        gate: Gate | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        self._channels = channels
        self._gate = gate or AccessGate(access, wording)
        self._tongues = Tongues(preferences)
        self._wording = wording
        self._refusing = refusing
        self._of_delays = Heard(every, most, clock)
        self._of_crowds = Heard(every, most, clock)

    async def buried(self, row: InboxRow) -> None:
        """Say that a message was given up, in the place of what was shown of an answer so far."""
        await self._tell(row, "desk.given_up", None if row.delivered else row.preview)

    async def delayed(self, kept: Arrival | InboxRow) -> None:
        """Say that storage is in trouble and the answer must wait."""
        refused = isinstance(kept, Arrival) and kept.channel in self._refusing
        if not refused and self._of_delays.due((kept.channel, kept.chat)):
            await self._tell(kept, "desk.delayed")

    async def crowded(self, row: InboxRow, seconds: float | None) -> None:
        """Say that many messages wait before this one, and for how long, if known."""
        if self._of_crowds.due((row.channel, row.chat)):
            if seconds is None:
                await self._tell(row, "desk.crowded")
            else:
                await self._tell(row, "desk.crowded_until", wait=seconds)

    async def _tell(self, kept: Arrival | InboxRow, key: str, instead: str | None = None, **facts: object) -> None:
        channel = self._channels.get(kept.channel)
        try:
            incoming = await self._tongues.heeded(Incoming.of(kept.payload))
            spoken = incoming.act is None and incoming.addressed
            if channel is not None and spoken and await self._gate.admits(incoming):
                text = self._wording.say(key, language_of(incoming.sender.locale), **facts)
                for place, piece in enumerate(channel.compose(Said(text))):
                    await channel.send(incoming, piece, instead if place == 0 else None)
        except (PayloadUnreadable, DeliveryFailed, StorageError):
            return  # an apology that does not arrive is not worth a second try
