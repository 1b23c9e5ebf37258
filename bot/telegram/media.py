"""What is seen, heard or read of a message, as parts of a turn: named, not fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from telegram import (
    Animation,
    Audio,
    Document,
    ExternalReplyInfo,
    Message,
    PhotoSize,
    Sticker,
    Video,
    VideoNote,
    Voice,
)

from agents.values import VIDEO_NOTE, VIDEO_STICKER
from bot.incoming import IncomingMedia, IncomingPart, IncomingText, IncomingUnread
from bot.telegram.media_types import media_type_of

__all__ = ["Taking"]

_Kind = Literal["photo", "voice", "video", "document"]
_File = Animation | Audio | Document | Sticker | Video | VideoNote | Voice
_NAME = 200  # characters of a file's name
# Kinds that are not taken, named as Telegram's Message names its fields. Telegram fills `location` for a venue as well,
# so the narrower kind stands first.
_UNSUPPORTED = (
    "contact", "poll", "dice", "venue", "location", "game", "invoice", "story", "paid_media", "checklist", "giveaway",
    "giveaway_winners", "passport_data", "successful_payment", "document",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taking:
    """Takes what a message carries. Media beyond ``max_bytes`` are named, not taken; the rest is what their parts say.

    ``message``: its id in the chat, if it stands there.
    """

    max_bytes: int
    quoted: bool = False
    origin: str | None = None
    message: str | None = None

    def text(self, text: str) -> IncomingText:
        return IncomingText(text=text, quoted=self.quoted, origin=self.origin, message=self.message)

    def unread(self, what: str, reason: Literal["unsupported", "too-large", "empty"] = "unsupported") -> IncomingUnread:
        return IncomingUnread(what=what, reason=reason, quoted=self.quoted, origin=self.origin, message=self.message)

    def media(self, message: Message | ExternalReplyInfo) -> IncomingPart | None:
        """What a message carries beside words. Telegram fills `document` for an animation, `photo` for a live photo."""
        taken = self._seen(message) or self._heard(message)
        if taken is None and message.document:
            taken = self._document(message.document)
        if taken is not None:
            return taken
        return next((self.unread(what) for what in _UNSUPPORTED if getattr(message, what, None)), None)

    def _seen(self, message: Message | ExternalReplyInfo) -> IncomingPart | None:
        if message.animation:
            return self._animation(message.animation)
        if message.photo:
            return self._photo(message.photo)
        if message.live_photo:
            return self._photo(message.live_photo.photo) if message.live_photo.photo else self.unread("live_photo")
        if message.video:
            return self._file(message.video, "video", message.video.mime_type or "video/mp4")
        if message.video_note:
            return self._file(message.video_note, "video", VIDEO_NOTE)
        return self._sticker(message.sticker) if message.sticker else None

    def _heard(self, message: Message | ExternalReplyInfo) -> IncomingPart | None:
        if message.voice:
            return self._file(message.voice, "voice", message.voice.mime_type or "audio/ogg")
        if message.audio:
            return self._file(message.audio, "voice", message.audio.mime_type or "audio/mpeg")
        return None

    def _photo(self, sizes: Sequence[PhotoSize]) -> IncomingPart:
        """The largest size within the limit: a smaller one still shows the picture."""
        fitting = [size for size in sizes if (size.file_size or 0) <= self.max_bytes]
        if not fitting:
            return self.unread("photo", "too-large")
        best = max(fitting, key=lambda size: size.width * size.height)
        return self._named(best.file_id, "photo", "image/jpeg", best.file_size)

    def _animation(self, animation: Animation) -> IncomingPart:
        """Telegram makes videos of GIFs, but for small ones."""
        media_type = (animation.mime_type or "video/mp4").lower()
        return self._file(animation, "photo" if media_type.startswith("image/") else "video", media_type)

    def _sticker(self, sticker: Sticker) -> IncomingPart:
        """Of one that is a drawing in motion (TGS) nobody but Telegram's clients can make pictures."""
        if sticker.is_animated:
            return self.text(sticker.emoji) if sticker.emoji else self.unread("sticker")
        if sticker.is_video:
            return self._file(sticker, "video", VIDEO_STICKER)
        return self._file(sticker, "photo", "image/webp")

    def _document(self, document: Document) -> IncomingPart | None:
        """A picture, recording, video or text that was sent as a file."""
        media_type = media_type_of(document.mime_type, document.file_name)
        match media_type.partition("/")[0]:
            case "image":
                return self._file(document, "photo", media_type)
            case "audio":
                return self._file(document, "voice", media_type)
            case "video":
                return self._file(document, "video", media_type)
            case "":
                return None
        return self._file(document, "document", media_type, (document.file_name or "")[:_NAME])

    def _file(self, file: _File, kind: _Kind, media_type: str, name: str = "") -> IncomingPart:
        if (file.file_size or 0) > self.max_bytes:
            return self.unread(kind, "too-large")
        seconds = _seconds(getattr(file, "duration", None))
        return self._named(file.file_id, kind, media_type, file.file_size, seconds, name)

    def _named(
        self, ref: str, kind: _Kind, media_type: str, size: int | None, seconds: float | None = None, name: str = ""
    ) -> IncomingMedia:
        return IncomingMedia(
            kind=kind,
            ref=ref,
            media_type=media_type,
            size=size,
            seconds=seconds,
            name=name,
            quoted=self.quoted,
            origin=self.origin,
            message=self.message,
        )


def _seconds(duration: float | timedelta | None) -> float | None:
    """In either of the types that PTB gives a duration."""
    if duration is None:
        return None
    return duration.total_seconds() if isinstance(duration, timedelta) else float(duration)
