"""The parts of a turn with their bytes: from the media store where we had them before, else from the channel."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agents.values import Document, Medium, Part, Photo, Text, Turn, Unread, UnreadReason, Video, Voice
from bot.channel import Channel, FileGone, FileTooLarge
from bot.incoming import Incoming, IncomingMedia, IncomingPart, IncomingText
from storage.errors import StorageError
from storage.ports import Conversations, LoggedPart, MediaStore
from storage.records import part_of

__all__ = ["Fetching", "Room"]

_AT_ONCE = 4  # files of one turn
_BYTES = 100_000_000  # of one turn


@dataclass(slots=True)
class Room:
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

    def room(self) -> Room:
        """That of a whole turn."""
        return Room(_BYTES)

    async def fits(self, kept: Sequence[LoggedPart], said: Incoming) -> bool:
        """Whether a turn has room for what was kept and what comes in, as far as its size is told."""
        told = (part.size or 0 for part in said.parts if isinstance(part, IncomingMedia))
        return sum([await self._size(part) for part in kept]) + sum(told) <= _BYTES

    async def turn(self, channel: Channel, said: Incoming, room: Room | None = None) -> Turn:
        """``room``: what is left of it by other parts of the turn. Raises DeliveryFailed when the channel cannot be
        reached.
        """
        places, left = asyncio.Semaphore(_AT_ONCE), room or self.room()

        async def one(part: IncomingPart) -> Part:
            async with places:
                fetched = await self._part(channel, said, part) if left.has(part) else None
                return left.taking(part, fetched)

        parts = await asyncio.gather(*map(one, said.parts))
        who = said.sender
        return Turn(tuple(parts), who.name, who.locale, said.crowd, answer_in=who.chosen)

    async def again(self, logged: LoggedPart, room: Room) -> Part:
        """A part that was kept, as it was."""
        if logged.media is None or self.media is None:
            return part_of(logged, b"")
        size = await self._size(logged)
        if size > room.left:
            return Unread(logged.kind, UnreadReason.TOO_LARGE, logged.quoted)
        try:
            data = await self.media.get(logged.media)
        except StorageError:
            return Unread(logged.kind, UnreadReason.GONE, logged.quoted)
        room.left -= size
        return part_of(logged, data)

    async def _size(self, logged: LoggedPart) -> int:
        """Of what is gone, none."""
        if logged.media is None or self.media is None:
            return 0
        try:
            return await self.media.size(logged.media)
        except StorageError:
            return 0

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
