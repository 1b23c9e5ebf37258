"""Media types: which uploads are taken, what browsers call them, and what may be shown in a page."""

from __future__ import annotations

__all__ = ["accepted", "shown_type", "true_type"]

_UNKNOWN = "application/octet-stream"
_CONTAINERS = {"video/webm", "video/mp4", "video/ogg", "application/ogg"}  # which hold sound alone as well
_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "video/ogg": "audio/ogg",
    "video/mp4": "audio/mp4",
    "video/webm": "audio/webm",
}
_SHOWN = {
    "photo": ("image/jpeg", "image/png", "image/webp", "image/gif"),
    "voice": ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/flac", "audio/webm"),
}


def accepted(kind: str, declared: str | None) -> str | None:
    """What an upload is called from here on, or ``None`` when it does not belong to this kind of part.

    It is only what the client says; the content decides later.
    """
    name = (declared or "").split(";")[0].strip().lower() or _UNKNOWN
    family = "image/" if kind == "photo" else "audio/"
    if not (name.startswith(family) or name == _UNKNOWN or (kind == "voice" and name in _CONTAINERS)):
        return None
    return _SAME.get(name, name)


def shown_type(kind: str, media_type: str | None) -> str:
    """What a part is called in the page; a photo in another format is shown as a JPEG."""
    if media_type in _SHOWN[kind]:
        return media_type
    return "image/jpeg" if kind == "photo" else _UNKNOWN


def true_type(kind: str, beginning: bytes) -> str | None:
    """The type that the first 16 bytes tell, if it may be shown as this kind of part."""
    found = _told(beginning)
    return found if found in _SHOWN[kind] else None


def _told(data: bytes) -> str | None:
    match data[:4], data[4:8], data[8:12]:
        case b"\x89PNG", _, _:
            return "image/png"
        case b"GIF8", _, _:
            return "image/gif"
        case b"RIFF", _, b"WEBP":
            return "image/webp"
        case b"RIFF", _, b"WAVE":
            return "audio/wav"
        case b"OggS", _, _:
            return "audio/ogg"
        case b"fLaC", _, _:
            return "audio/flac"
        case b"\x1a\x45\xdf\xa3", _, _:
            return "audio/webm"
        case _, b"ftyp", b"M4A " | b"isom" | b"iso2" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"M4B " | b"dash":
            return "audio/mp4"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"ID3") or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "audio/mpeg"  # MPEG audio, layer III: eleven bits of sync, then the layer
    return None
