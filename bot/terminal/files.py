"""Photos and recordings named on a command line."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from agents.errors import ParleyError
from agents.values import Photo, Voice

__all__ = ["FileRefused", "photo", "voice"]


class FileRefused(ParleyError):
    """A named file cannot be read or is over the limit."""

    code = "file-refused"


def _read(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise FileRefused(f"{path} is larger than PARLEY_MAX_MEDIA_MB allows ({most // 1_000_000} MB)")
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}") from error


def _type(path: Path, fallback: str) -> str:
    return mimetypes.guess_type(path.name)[0] or fallback


def photo(path: Path, most: int) -> Photo:
    """Read a photo of at most ``most`` bytes. Raises FileRefused."""
    return Photo(_read(path, most), _type(path, "image/jpeg"))


def voice(path: Path, most: int) -> Voice:
    """Read a recording of at most ``most`` bytes. Raises FileRefused."""
    return Voice(_read(path, most), _type(path, "audio/ogg"))
