"""What the desk does with one row: who may enter, the answer, its delivery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from agents.ports import Wording
from agents.values import Answered, Part, Photo, Text, Turn, Unread, UnreadReason, Voice
from bot.access import Access
from bot.channel import Channel, DeliveryFailed, FileGone, FileTooLarge
from bot.conversing import Conversing
from bot.incoming import Incoming, IncomingMedia, IncomingPart, IncomingText
from bot.patience import RowFailed
from bot.stopping import Stops
from bot.texts import language_of
from storage.errors import StorageError
from storage.ports import Inbox, InboxRow

__all__ = ["Turns"]

_log = structlog.get_logger()
_COMMANDS = frozenset({"start", "help", "reset"})


@dataclass(frozen=True, slots=True)
class Turns:
    """Works on inbox rows; ``work`` is the callable a Desk wants."""

    channels: Mapping[str, Channel]
    conversing: Conversing
    inbox: Inbox
    access: Mapping[str, Access]  # by channel
    wording: Wording
    stops: Stops

    async def work(self, row: InboxRow) -> None:
        """Answer the row. Raises RowFailed, StorageError, or PayloadUnreadable."""
        incoming = Incoming.of(row.payload)
        channel = self.channels.get(row.channel)
        if channel is None:
            raise RowFailed("channel-unknown", retryable=False)
        try:
            text = await self._reply(channel, row, incoming)
            await self._deliver(channel, row, incoming, text)
        except DeliveryFailed as error:
            raise RowFailed(error.code, retryable=error.retryable, outside=True, pause=error.retry_after) from error

    async def _reply(self, channel: Channel, row: InboxRow, incoming: Incoming) -> str:
        language = language_of(incoming.sender.locale)
        if not self.access[channel.name].allows(incoming.sender):
            return self.wording.say("desk.denied", language, id=incoming.sender.id)
        if incoming.command:
            return await self._command(incoming, language)
        return await self._answer(channel, row, incoming)

    async def _command(self, incoming: Incoming, language: str) -> str:
        if incoming.command not in _COMMANDS:
            return self.wording.say("commands.unknown", language)
        if incoming.command == "reset":
            await self.conversing.conversations.reset(incoming.channel, incoming.chat)
        return self.wording.say(f"commands.{incoming.command}", language)

    async def _answer(self, channel: Channel, row: InboxRow, incoming: Incoming) -> str:
        if row.attempts > 1 and (reply := await self.conversing.conversations.answered(row.id)) is not None:
            return reply.text  # without fetching its files again
        with self.stops.heeded(incoming.channel, incoming.key) as stop:
            async with channel.working(incoming) as watcher:
                turn = await _turn(channel, incoming)
                heard = await self.conversing.hear(
                    incoming.channel, incoming.chat, turn, sender_id=incoming.sender.id, inbox=row.id
                )
                if heard.reply is not None:
                    return heard.reply.text
                async for event in self.conversing.answer(heard, turn, stop):
                    watcher(event)
                    if isinstance(event, Answered):
                        return event.reply.text
        raise RowFailed("no-answer", retryable=True)

    async def _deliver(self, channel: Channel, row: InboxRow, incoming: Incoming, text: str) -> None:
        pieces = channel.split(text)
        for number, piece in enumerate(pieces[row.delivered :], start=row.delivered + 1):
            await channel.send(incoming, piece)
            if number < len(pieces):  # the last piece is noted by the row being done
                await self._note_delivered(row, number)

    async def _note_delivered(self, row: InboxRow, pieces: int) -> None:
        """What is sent is sent: that it cannot be noted must not send it again."""
        try:
            await self.inbox.delivered(row.id, pieces)
        except StorageError as error:
            _log.warning("delivery not noted", row=row.id, pieces=pieces, code=error.code)


async def _turn(channel: Channel, incoming: Incoming) -> Turn:
    parts = tuple([await _part(channel, part) for part in incoming.parts])
    return Turn(parts, sender=incoming.sender.name, locale=incoming.sender.locale)


async def _part(channel: Channel, part: IncomingPart) -> Part:
    if isinstance(part, IncomingText):
        return Text(part.text, part.quoted)
    if not isinstance(part, IncomingMedia):
        return Unread(part.what, UnreadReason(part.reason), part.quoted)
    try:
        data = await channel.fetch(part.ref)
    except FileTooLarge:
        return Unread(part.kind, UnreadReason.TOO_LARGE, part.quoted)
    except FileGone:
        return Unread(part.kind, UnreadReason.GONE, part.quoted)
    if not data:
        return Unread(part.kind, UnreadReason.EMPTY, part.quoted)
    return (Photo if part.kind == "photo" else Voice)(data, part.media_type, part.quoted)
