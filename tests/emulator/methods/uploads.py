"""Files the bot sends: what Telegram makes of their bytes."""

from __future__ import annotations

import io
from typing import Any

from aiogram import methods as api
from aiogram.types import BufferedInputFile
from PIL import Image, UnidentifiedImageError

from tests.emulator.calls import Refused
from tests.emulator.files import Files

__all__ = ["UPLOADS", "received"]

_MEGABYTE = 1024 * 1024
_LARGEST = 50 * _MEGABYTE  # https://core.telegram.org/bots/api#sending-files
_LARGEST_PHOTO = 10 * _MEGABYTE

# the field that holds the file, the folder it goes to, and how its name ends
UPLOADS: dict[type, tuple[str, str, str]] = {
    api.SendPhoto: ("photo", "photos", ".jpg"),
    api.SendDocument: ("document", "documents", ""),
    api.SendVoice: ("voice", "voice", ".oga"),
    api.SendAudio: ("audio", "music", ".mp3"),
    api.SendVideo: ("video", "videos", ".mp4"),
    api.SendVideoNote: ("video_note", "video_notes", ".mp4"),
    api.SendAnimation: ("animation", "animations", ".mp4"),
    api.SendSticker: ("sticker", "stickers", ".webp"),
}


def received(files: Files, call: Any) -> tuple[dict[str, Any], bytes]:
    """The content a message gets of the file, and its bytes. Raises Refused."""
    field, folder, suffix = UPLOADS[type(call)]
    file = getattr(call, field)
    if isinstance(file, str):  # one that Telegram has already
        known = files.locate(file)
        return {field: _described(field, known.entry(), known.data or b"", call, "file")}, known.data or b""
    if not isinstance(file, BufferedInputFile):
        raise Refused(400, "Bad Request: the emulator fetches nothing from addresses", violation=True)
    _check_size(field, file.data)
    shown = "document" if field == "voice" and not _is_voice(file.data) else field
    entry = files.add(folder, suffix, file.data).entry()
    return {shown: _described(shown, entry, file.data, call, file.filename or field)}, file.data


def _check_size(field: str, data: bytes) -> None:
    if not data:
        raise Refused(400, "Bad Request: file must be non-empty", violation=True)
    if len(data) > (_LARGEST_PHOTO if field == "photo" else _LARGEST):
        raise Refused(413, "Request Entity Too Large", violation=True)


def _is_voice(data: bytes) -> bool:
    """OGG with Opus, MP3 or M4A; anything else is shown as a file. https://core.telegram.org/bots/api#sendvoice"""
    opus = data.startswith(b"OggS") and b"OpusHead" in data[:128]
    return opus or data.startswith((b"ID3", b"\xff\xfb")) or data[4:11] == b"ftypM4A"


def _described(field: str, entry: dict[str, Any], data: bytes, call: Any, name: str) -> Any:
    seconds = {"duration": getattr(call, "duration", None) or 1}
    match field:
        case "photo":
            width, height = _measured(data)
            return [{**entry, "width": width, "height": height}]
        case "document":
            return {**entry, "file_name": name}
        case "voice":
            return {**entry, **seconds, "mime_type": "audio/ogg"}
        case "audio":
            return {**entry, **seconds, "file_name": name}
        case "video_note":
            return {**entry, **seconds, "length": 240}
        case "sticker":
            kind = {"type": "regular", "is_animated": False, "is_video": False}
            return {**entry, **kind, "width": 512, "height": 512}
        case _:
            return {**entry, **seconds, "width": 320, "height": 240}


def _measured(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            size = image.size
    except (UnidentifiedImageError, OSError) as exc:
        raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED", violation=True) from exc
    if sum(size) > 10_000 or max(size) > 20 * min(size):
        raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS", violation=True)
    return size
