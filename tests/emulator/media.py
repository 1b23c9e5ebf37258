"""What is heard, seen or read of files, as people send it: real bytes, or bytes that only claim to be something."""

from __future__ import annotations

import io
from typing import Any, Unpack

from PIL import Image, UnidentifiedImageError

from tests.emulator.messages import Posted
from tests.emulator.speaking import Place, Speaker, entities_of

__all__ = ["MediaSpeaker", "captioned"]


class MediaSpeaker(Speaker):
    async def photo(self, data: bytes, *, caption: str | None = None, **place: Unpack[Place]) -> Posted:
        """A photo in two sizes; the small one is a thumbnail of other bytes. Bytes that are no image are taken too.

        A photo no larger than a thumbnail has none.
        """
        return await self.send(captioned(self.photo_content(data), caption), **place)

    async def voice(
        self, data: bytes, *, duration: int = 3, mime_type: str = "audio/ogg", size: int | None = None,
        caption: str | None = None, **place: Unpack[Place],
    ) -> Posted:  # fmt: skip
        """A voice note; ``size`` states another size than the data's."""
        entry = self.world.files.add("voice", ".oga", data, size).entry(duration=duration, mime_type=mime_type)
        return await self.send(captioned({"voice": entry}, caption), **place)

    async def audio(
        self, data: bytes, *, name: str = "song.mp3", mime_type: str = "audio/mpeg", duration: int = 5,
        caption: str | None = None, **place: Unpack[Place],
    ) -> Posted:  # fmt: skip
        file = self.world.files.add("music", ".mp3", data)
        entry = file.entry(duration=duration, mime_type=mime_type, file_name=name)
        return await self.send(captioned({"audio": entry}, caption), **place)

    async def document(
        self, data: bytes | None, *, name: str | None = "file.bin", mime_type: str | None = "application/octet-stream",
        size: int | None = None, caption: str | None = None, **place: Unpack[Place],
    ) -> Posted:  # fmt: skip
        """A file; with ``data=None`` and a ``size`` it is only an entry that nobody can fetch."""
        content = self.document_content(data, name=name, mime_type=mime_type, size=size)
        return await self.send(captioned(content, caption), **place)

    async def large_file(self, *, megabytes: int = 25, mime_type: str = "image/png", **place: Unpack[Place]) -> Posted:
        """An entry beyond what bots may fetch, without its bytes."""
        size = megabytes * 1024 * 1024
        return await self.document(None, name="large.png", mime_type=mime_type, size=size, **place)

    async def video(
        self, data: bytes = b"video", *, duration: int = 2, caption: str | None = None, **place: Unpack[Place]
    ) -> Posted:
        return await self.send(captioned(self.video_content(data, duration=duration), caption), **place)

    async def video_note(self, data: bytes = b"video note", *, duration: int = 2, **place: Unpack[Place]) -> Posted:
        entry = self.world.files.add("video_notes", ".mp4", data).entry(length=240, duration=duration)
        return await self.send({"video_note": entry}, **place)

    async def animation(
        self, data: bytes = b"animation", *, caption: str | None = None, **place: Unpack[Place]
    ) -> Posted:
        """Telegram fills ``document`` as well."""
        entry = self.world.files.add("animations", ".mp4", data).entry(mime_type="video/mp4")
        content = {"animation": {**entry, "width": 32, "height": 32, "duration": 1}, "document": entry}
        return await self.send(captioned(content, caption), **place)

    async def sticker(
        self, data: bytes = b"sticker", *, form: str = "static", emoji: str | None = "🙂", **place: Unpack[Place]
    ) -> Posted:
        """``form``: static (WEBP), video (WEBM) or animated (TGS)."""
        suffix = {"static": ".webp", "video": ".webm", "animated": ".tgs"}[form]
        kind = {"type": "regular", "width": 512, "height": 512}
        moving = {"is_animated": form == "animated", "is_video": form == "video"}
        shown = {"emoji": emoji} if emoji else {}
        file = self.world.files.add("stickers", suffix, data)
        return await self.send({"sticker": file.entry(**kind, **moving, **shown)}, **place)

    # what goes into albums too, without being sent

    def photo_content(self, data: bytes) -> dict[str, Any]:
        width, height = _size(data)
        thumb = self.world.files.add("thumbnails", ".jpg", b"thumbnail")
        full = self.world.files.add("photos", ".jpg", data)
        small = [thumb.entry(width=90, height=67)] if width * height > 90 * 67 else []
        return {"photo": [*small, full.entry(width=width, height=height)]}

    def video_content(self, data: bytes, *, duration: int = 2) -> dict[str, Any]:
        shape = {"width": 320, "height": 240, "duration": duration, "mime_type": "video/mp4"}
        return {"video": self.world.files.add("videos", ".mp4", data).entry(**shape)}

    def document_content(
        self, data: bytes | None, *, name: str | None = "file.bin", mime_type: str | None = None,
        size: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        told = {"mime_type": mime_type, "file_name": name}
        known = {field: value for field, value in told.items() if value is not None}
        return {"document": self.world.files.add("documents", "", data, size).entry(**known)}


def captioned(content: dict[str, Any], caption: str | None) -> dict[str, Any]:
    """The content with its caption, and the entities Telegram finds in it."""
    if caption is None:
        return content
    entities = entities_of(caption)
    return {**content, "caption": caption, **({"caption_entities": entities} if entities else {})}


def _size(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (UnidentifiedImageError, OSError):
        return 640, 480
