"""What of a Telegram message a turn is made of: quoted parts first, then media, then words."""

from __future__ import annotations

import mimetypes

from telegram import Audio, Document, ExternalReplyInfo, Message, PhotoSize, Voice

from bot.incoming import IncomingMedia, IncomingPart, IncomingText, IncomingUnread

__all__ = ["parts_of", "quoted_parts_of"]

# Kinds no sense takes, named as Telegram's Message names its fields. Telegram fills `document` for an animation and
# `location` for a venue as well, so the narrower kind stands first.
_UNSUPPORTED = (
    "animation", "sticker", "video", "video_note", "contact", "poll", "dice", "venue", "location", "game", "invoice",
    "story", "paid_media", "live_photo", "checklist", "giveaway", "giveaway_winners", "passport_data",
    "successful_payment", "document",
)  # fmt: skip
_SOUND_TYPES = {"application/ogg": "audio/ogg"}


def parts_of(message: Message, text: str, max_bytes: int) -> tuple[IncomingPart, ...]:
    """The parts of what was just sent. ``text`` is its text or caption without what addressed the bot.

    Media beyond ``max_bytes`` are named, not taken.
    """
    media = _media(message, max_bytes, quoted=False)
    parts: list[IncomingPart] = [media] if media else []
    if text.strip():
        parts.append(IncomingText(text=text))
    return tuple(parts)


def quoted_parts_of(message: Message, max_bytes: int) -> tuple[IncomingPart, ...]:
    """The parts of the message this one replies to, be it here or in another chat.

    When the sender marked a passage, the passage stands for the whole text.
    """
    origin = message.reply_to_message
    if origin is not None and origin.forum_topic_created:  # every message of a topic "replies" to its beginning
        return ()
    replied: Message | ExternalReplyInfo | None = origin or message.external_reply
    media = _media(replied, max_bytes, quoted=True) if replied else None
    text = origin.text or origin.caption if origin else None
    if message.quote and (message.quote.is_manual or not text):
        text = message.quote.text
    parts: list[IncomingPart] = [media] if media else []
    if text and text.strip():
        parts.append(IncomingText(text=text, quoted=True))
    return tuple(parts)


def _media(message: Message | ExternalReplyInfo, max_bytes: int, *, quoted: bool) -> IncomingPart | None:
    if message.photo:
        return _photo(message.photo, max_bytes, quoted)
    if message.voice:
        return _file(message.voice, "voice", message.voice.mime_type or "audio/ogg", max_bytes, quoted)
    if message.audio:
        return _file(message.audio, "voice", message.audio.mime_type or "audio/mpeg", max_bytes, quoted)
    if message.document and not message.animation:
        taken = _document(message.document, max_bytes, quoted)
        if taken:
            return taken
    for what in _UNSUPPORTED:
        if getattr(message, what, None):
            return IncomingUnread(what=what, reason="unsupported", quoted=quoted)
    return None


def _photo(sizes: tuple[PhotoSize, ...], max_bytes: int, quoted: bool) -> IncomingPart:
    """The largest size within the limit: a smaller one still shows the picture."""
    fitting = [size for size in sizes if (size.file_size or 0) <= max_bytes]
    if not fitting:
        return IncomingUnread(what="photo", reason="too-large", quoted=quoted)
    best = max(fitting, key=lambda size: size.width * size.height)
    return IncomingMedia(kind="photo", ref=best.file_id, media_type="image/jpeg", size=best.file_size, quoted=quoted)


def _document(document: Document, max_bytes: int, quoted: bool) -> IncomingPart | None:
    """A picture or recording that was sent as a file."""
    media_type = _media_type(document)
    if media_type.startswith("image/"):
        return _file(document, "photo", media_type, max_bytes, quoted)
    if media_type.startswith("audio/"):
        return _file(document, "voice", media_type, max_bytes, quoted)
    return None


def _media_type(document: Document) -> str:
    told = (document.mime_type or "").lower()
    if told in {"", "application/octet-stream"} and document.file_name:
        told = mimetypes.guess_type(document.file_name)[0] or ""
    return _SOUND_TYPES.get(told, told)


def _file(file: Voice | Audio | Document, kind: str, media_type: str, max_bytes: int, quoted: bool) -> IncomingPart:
    if (file.file_size or 0) > max_bytes:
        return IncomingUnread(what=kind, reason="too-large", quoted=quoted)
    return IncomingMedia(
        kind="photo" if kind == "photo" else "voice",
        ref=file.file_id,
        media_type=media_type,
        size=file.file_size,
        quoted=quoted,
    )
