"""The parts of a turn with their bytes: from the media store where we had them before, else from the channel."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from agents.values import Document, Medium, Part, Photo, Text, Turn, Unread, UnreadReason, Video, Voice
from bot.channel import Channel, FileGone, FileTooLarge
from bot.incoming import Incoming, IncomingMedia, IncomingPart, IncomingText
from storage.errors import StorageError
from storage.ports import Conversations, LoggedPart, MediaStore
from storage.records import part_of

__all__ = ["Fetching"]

_AT_ONCE = 4  # files of one turn
_BYTES = 100_000_000  # of one turn


@dataclass(slots=True)
class _Room:
    """The bytes that a turn may still take; what has no room is too large."""

    left: int

    def has(self, part: IncomingPart) -> bool:
        return not isinstance(part, IncomingMedia) or (part.size or 0) <= self.left

    def taking(self, part: IncomingPart, fetched: Part | None) -> Part:
        if isinstance(fetched, Medium):
            self.left -= len(fetched.data)
        if fetched is None or (isinstance(fetched, Medium) and self.left < 0):
            kind = part.kind if isinstance(part, IncomingMedia) else "document"
            return Unread(kind, UnreadReason.TOO_LARGE, part.quoted)
        return fetched


@dataclass(frozen=True, slots=True)
class Fetching:
    """Fetches what came in. ``media`` None: everything comes from the channel."""

    conversations: Conversations
    media: MediaStore | None = None

    async def turn(self, channel: Channel, said: Incoming) -> Turn:
        """Raises DeliveryFailed when the channel cannot be reached."""
        places, room = asyncio.Semaphore(_AT_ONCE), _Room(_BYTES)

        async def one(part: IncomingPart) -> Part:
            async with places:
                fetched = await self._part(channel, said, part) if room.has(part) else None
                return room.taking(part, fetched)

        parts = await asyncio.gather(*map(one, said.parts))
        who = said.sender
        return Turn(tuple(parts), who.name, who.locale, said.crowd, answer_in=who.chosen)

    async def again(self, logged: LoggedPart) -> Part:
        """A part that was kept, as it was."""
        if logged.media is None or self.media is None:
            return part_of(logged, b"")
        try:
            return part_of(logged, await self.media.get(logged.media))
        except StorageError:
            return Unread(logged.kind, UnreadReason.GONE, logged.quoted)

    async def _part(self, channel: Channel, said: Incoming, part: IncomingPart) -> Part:
        if isinstance(part, IncomingText):
            return Text(part.text, part.quoted, part.origin)
        if not isinstance(part, IncomingMedia):
            return Unread(part.what, UnreadReason(part.reason), part.quoted)
        try:
            data = await self._kept(said, part) or await channel.fetch(part.ref)
        except FileTooLarge:
            return Unread(part.kind, UnreadReason.TOO_LARGE, part.quoted)
        except FileGone:
            return Unread(part.kind, UnreadReason.GONE, part.quoted)
        return _medium(part, data) if data else Unread(part.kind, UnreadReason.EMPTY, part.quoted)

    async def _kept(self, said: Incoming, part: IncomingMedia) -> bytes | None:
        """What is quoted, as we kept it when it came; it may be gone from the channel by now."""
        if not part.quoted or part.message is None or self.media is None:
            return None
        try:
            turn = await self.conversations.of_message(said.channel, said.chat, part.message)
            same = (each for each in turn.parts if each.message == part.message) if turn else ()
            key = next((each.media for each in same if each.kind == part.kind and each.media), None)
            return await self.media.get(key) if key else None
        except StorageError:
            return None


def _medium(part: IncomingMedia, data: bytes) -> Medium:
    match part.kind:
        case "photo":
            return Photo(data, part.media_type, part.quoted, part.origin)
        case "voice":
            return Voice(data, part.media_type, part.quoted, part.origin)
        case "video":
            return Video(data, part.media_type, part.quoted, part.origin)
        case "document":
            return Document(data, part.media_type, part.name, part.quoted, part.origin)
