"""People (and groups) on the other side: what a test says in their name."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from tests.emulator.chats import BotMessage, Posted
from tests.emulator.rules import utf16_length

if TYPE_CHECKING:
    from tests.emulator.server import Emulator

__all__ = ["Person"]

Replied = Posted | BotMessage | int | None


class Person:
    """A user. Everything goes to the private chat with the bot (whose id is the user's) unless ``chat`` names a group.

    ``reply_to`` is anything sent before in that chat, by either side. Each call returns what was posted.
    """

    def __init__(self, emulator: Emulator, entry: dict[str, Any]) -> None:
        self._emulator = emulator
        self.entry = entry
        self.id: int = entry["id"]

    def block(self, blocked: bool = True) -> None:
        """Block the bot: its messages meet 403."""
        self._emulator.chats.block(self.id, blocked)

    async def text(self, text: str, *, chat: int | None = None, reply_to: Replied = None) -> Posted:
        """Text, with the entities for commands and mentions that Telegram would find."""
        content: dict[str, Any] = {"text": text}
        if entities := _entities(text):
            content["entities"] = entities
        return await self.send(content, chat=chat, reply_to=reply_to)

    async def photo(
        self, data: bytes, *, caption: str | None = None, chat: int | None = None, reply_to: Replied = None
    ) -> Posted:
        """A photo in two sizes; the small one is a thumbnail of other bytes. Bytes that are no image are taken too.

        A photo no larger than a thumbnail has none.
        """
        width, height = _size(data)
        thumb = self._emulator.files.add("thumbnails", ".jpg", b"thumbnail")
        full = self._emulator.files.add("photos", ".jpg", data)
        small = [thumb.entry(width=90, height=67)] if width * height > 90 * 67 else []
        sizes = [*small, full.entry(width=width, height=height)]
        return await self._captioned({"photo": sizes}, caption, chat, reply_to)

    async def voice(
        self, data: bytes, *, duration: int = 3, mime_type: str = "audio/ogg", size: int | None = None,
        chat: int | None = None, reply_to: Replied = None,
    ) -> Posted:  # fmt: skip
        """A voice note; ``size`` states another size than the data's."""
        entry = self._emulator.files.add("voice", ".oga", data, size).entry(duration=duration, mime_type=mime_type)
        return await self.send({"voice": entry}, chat=chat, reply_to=reply_to)

    async def audio(
        self, data: bytes, *, name: str = "song.mp3", mime_type: str = "audio/mpeg", caption: str | None = None,
        chat: int | None = None, reply_to: Replied = None,
    ) -> Posted:  # fmt: skip
        entry = self._emulator.files.add("music", ".mp3", data).entry(duration=5, mime_type=mime_type, file_name=name)
        return await self._captioned({"audio": entry}, caption, chat, reply_to)

    async def document(
        self, data: bytes | None, *, name: str = "file.bin", mime_type: str = "application/octet-stream",
        size: int | None = None, caption: str | None = None, chat: int | None = None, reply_to: Replied = None,
    ) -> Posted:  # fmt: skip
        """A file; with ``data=None`` and a ``size`` it is only an entry that nobody can fetch."""
        entry = self._emulator.files.add("documents", "", data, size).entry(mime_type=mime_type, file_name=name)
        return await self._captioned({"document": entry}, caption, chat, reply_to)

    async def large_file(self, *, megabytes: int = 25, mime_type: str = "image/png") -> Posted:
        """An entry beyond what bots may fetch, without its bytes."""
        return await self.document(None, name="large.png", mime_type=mime_type, size=megabytes * 1024 * 1024)

    async def video(self, *, caption: str | None = None) -> Posted:
        entry = self._emulator.files.add("videos", ".mp4", b"video").entry(
            width=320, height=240, duration=2, mime_type="video/mp4"
        )
        return await self._captioned({"video": entry}, caption, None, None)

    async def video_note(self) -> Posted:
        entry = self._emulator.files.add("video_notes", ".mp4", b"video note").entry(length=240, duration=2)
        return await self.send({"video_note": entry})

    async def animation(self) -> Posted:
        """Telegram fills ``document`` as well."""
        entry = self._emulator.files.add("animations", ".mp4", b"animation").entry(mime_type="video/mp4")
        return await self.send({"animation": {**entry, "width": 32, "height": 32, "duration": 1}, "document": entry})

    async def sticker(self) -> Posted:
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "🙂"}
        return await self.send({"sticker": self._emulator.files.add("stickers", ".webp", b"sticker").entry(**kind)})

    async def contact(self) -> Posted:
        return await self.send({"contact": {"phone_number": "+10000000000", "first_name": "Example"}})

    async def poll(self) -> Posted:
        options = [{"persistent_id": name, "text": name, "voter_count": 0} for name in ("tea", "coffee")]
        flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False, "type": "regular",
                 "allows_revoting": True, "members_only": False}  # fmt: skip
        return await self.send(
            {"poll": {"id": "1", "question": "Tea?", "options": options, "total_voter_count": 0, **flags}}
        )

    async def dice(self) -> Posted:
        return await self.send({"dice": {"emoji": "🎲", "value": 4}})

    async def location(self) -> Posted:
        return await self.send({"location": {"latitude": 52.5, "longitude": 13.4}})

    async def venue(self) -> Posted:
        """Telegram fills ``location`` as well."""
        place = {"latitude": 52.5, "longitude": 13.4}
        return await self.send({"venue": {"location": place, "title": "Café", "address": "Here 1"}, "location": place})

    async def nothing(self) -> Posted:
        """A message without any content."""
        return await self.send({})

    async def send(self, content: dict[str, Any], *, chat: int | None = None, reply_to: Replied = None) -> Posted:
        """Any content, given as Message's own fields."""
        number = reply_to.message_id if isinstance(reply_to, Posted | BotMessage) else reply_to
        where = self.id if chat is None else chat
        message = self._emulator.chats.write(where, self.entry, content, number)
        return Posted(await self._emulator.updates.emit({"message": message}), where, message)

    async def edit(self, posted: Posted, text: str) -> int:
        """Change what was said: the update's id."""
        changed = {**posted.message, "text": text, "edit_date": posted.message["date"] + 1}
        return await self._emulator.updates.emit({"edited_message": changed})

    async def _captioned(
        self, content: dict[str, Any], caption: str | None, chat: int | None, reply_to: Replied
    ) -> Posted:
        if caption is not None:
            content["caption"] = caption
            if entities := _entities(caption):
                content["caption_entities"] = entities
        return await self.send(content, chat=chat, reply_to=reply_to)


def _entities(text: str) -> list[dict[str, Any]]:
    """Commands and mentions, as words of their own."""
    found = []
    at = 0
    for word in text.split(" "):
        bare = word.strip(".,!?\n")
        kind = "bot_command" if bare.startswith("/") else "mention" if bare.startswith("@") else None
        if kind and len(bare) > 1:
            found.append({"type": kind, "offset": utf16_length(text[:at]), "length": utf16_length(bare)})
        at += len(word) + 1
    return found


def _size(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (UnidentifiedImageError, OSError):
        return 640, 480
