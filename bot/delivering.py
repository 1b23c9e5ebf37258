"""The way out: what we say, sent piece by piece, each noted as soon as the channel has taken it."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.channel import Channel
from bot.incoming import Incoming
from bot.said import Said
from storage.errors import StorageError
from storage.ports import Inbox, InboxRow

__all__ = ["Delivering", "Preview"]

_log = structlog.get_logger()


@dataclass(slots=True)
class Preview:
    """The message that shows a turn's answer as it grows, if there is one; kept, so that a restart goes on in it."""

    inbox: Inbox
    row: int
    message: str | None

    async def keep(self, message: str) -> None:
        self.message = message
        try:
            await self.inbox.previewed(self.row, message)
        except StorageError as error:
            _log.warning("preview not noted", row=self.row, code=error.code)


@dataclass(frozen=True, slots=True)
class Delivering:
    inbox: Inbox

    async def deliver(
        self, channel: Channel, row: InboxRow, to: Incoming, said: Said, preview: str | None
    ) -> str | None:
        """Send what was not sent before; the channel's id of the last message. Raises DeliveryFailed."""
        pieces = channel.compose(said)
        places = list(said.instead) or ([preview] if preview else [])
        message = None
        for number, piece in enumerate(pieces[row.delivered :], start=row.delivered + 1):
            instead = places[number - 1] if number <= len(places) else None
            message = await channel.send(to, piece, instead)
            self.inbox.took(row.id, number, message, last=number == len(pieces))
            if number < len(pieces):  # the last piece is noted by the row being done
                await self._note(row, number, message)
        for surplus in places[len(pieces) :]:
            await channel.withdraw(to, surplus)
        return message

    async def _note(self, row: InboxRow, pieces: int, message: str | None) -> None:
        """What is sent is sent: that it cannot be noted must not send it again."""
        try:
            await self.inbox.delivered(row.id, pieces, message)
        except StorageError as error:
            _log.warning("delivery not noted", row=row.id, pieces=pieces, code=error.code)
