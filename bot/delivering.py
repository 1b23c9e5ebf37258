"""The way out: what we say, sent piece by piece, each noted as soon as the channel has taken it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from bot.channel import Channel, DeliveryFailed, Piece
from bot.incoming import Incoming
from bot.said import Said
from storage.errors import StorageError
from storage.ports import Conversations, Doubt, Inbox, InboxRow

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


class _Places:
    """The messages that pieces take the place of."""

    def __init__(self, said: Said | None = None, preview: str | None = None) -> None:
        instead = list(said.instead) if said is not None else []
        self._messages = instead or ([preview] if preview else [])

    def of(self, number: int) -> str | None:
        """That of the piece of this number, from 1."""
        return self._messages[number - 1] if number <= len(self._messages) else None

    def behind(self, number: int) -> list[str]:
        return self._messages[number:]


async def _nothing_previewed(message: str) -> None:
    """What is being spoken is not shown growing."""


@dataclass(frozen=True, slots=True)
class Delivering:
    inbox: Inbox
    conversations: Conversations

    async def deliver(
        self, channel: Channel, row: InboxRow, to: Incoming, said: Said, preview: str | None
    ) -> str | None:
        """Send what was not sent before; the channel's id of the last message. Raises DeliveryFailed.

        Writing comes first, and is not held up by speaking.
        """
        written = channel.compose(said)
        message = await self._send(channel, row, to, written, _Places(said, preview), more=said.speak is not None)
        if said.speak is None:
            return message
        row = replace(row, delivered=max(row.delivered, len(written)))
        async with channel.working(to, _nothing_previewed) as watcher:
            voice = await said.speak(watcher)
        pieces = channel.compose(replace(said, voice=voice))
        return await self._send(channel, row, to, pieces, _Places(), more=False) or message

    async def _send(
        self, channel: Channel, row: InboxRow, to: Incoming, pieces: Sequence[Piece], places: _Places, *, more: bool
    ) -> str | None:
        """``more``: what is sent here is not the last of the answer, which is noted by the row being done."""
        message = None
        for number, piece in enumerate(pieces[row.delivered :], start=row.delivered + 1):
            last = number == len(pieces) and not more
            message = await self._sent(channel, row, to, piece, number, places.of(number))
            self.inbox.took(row.id, number, message, last=last)
            if not last:
                await self._note(row, number, message)
        for surplus in places.behind(len(pieces)):
            await channel.withdraw(to, surplus)
        return message

    async def _sent(
        self, channel: Channel, row: InboxRow, to: Incoming, piece: Piece, number: int, instead: str | None
    ) -> str | None:
        """Its message, be it that the channel had taken it before, without our hearing of that."""
        message = await self._found(channel, row, to, piece, number, instead)
        if message is not None:
            _log.info("answer was sent already", row=row.id, piece=number)
            return message
        if (newest := channel.newest(to)) is not None:
            self.inbox.sends(row.id, Doubt(number, newest))
        try:
            return await channel.send(to, piece, instead)
        except DeliveryFailed as error:
            if not error.doubtful:
                self.inbox.refused(row.id)
            raise

    async def _found(
        self, channel: Channel, row: InboxRow, to: Incoming, piece: Piece, number: int, instead: str | None
    ) -> str | None:
        doubt = self.inbox.doubt(row.id)
        if doubt is None or doubt.pieces != number:
            return None

        async def known(chat: str, message: str) -> bool:
            if message == instead:
                return True
            return await self.conversations.of_message(row.channel, chat, message, topics=True) is not None

        def looking(message: str) -> None:
            self.inbox.sends(row.id, Doubt(number, message, looked=True))

        return await channel.found(to, piece, doubt, known, looking)

    async def _note(self, row: InboxRow, pieces: int, message: str | None) -> None:
        """What is sent is sent: that it cannot be noted must not send it again."""
        try:
            await self.inbox.delivered(row.id, pieces, message)
        except StorageError as error:
            _log.warning("delivery not noted", row=row.id, pieces=pieces, code=error.code)
