"""Photos and recordings named by the person at the terminal."""

from __future__ import annotations

import mimetypes
import os
import shlex
import stat
from pathlib import Path

from agents.errors import ParleyError
from agents.ports import Wording
from agents.values import Photo, Voice

__all__ = ["FileRefused", "named", "photo", "voice"]


class FileRefused(ParleyError):
    """A named file cannot be taken. ``reason`` is missing, no_file, denied, unreadable or large."""

    code = "file-refused"

    def __init__(self, path: Path, reason: str, most: int) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason
        self.most = most

    def worded(self, wording: Wording, language: str) -> str:
        return wording.say(f"chat.file_{self.reason}", language, path=str(self.path), most=self.most // 1_000_000)


def named(text: str) -> Path:
    """The file a person means, who may have quoted a name with blanks, or dragged it into the terminal."""
    path = _home(text.strip())
    try:
        if not os.path.lexists(path) and len(words := shlex.split(text)) == 1:
            return _home(words[0])
    except ValueError:  # quotes that do not end, or a NUL: the name as it stands is looked for, and missed
        return path
    return path


def _home(text: str) -> Path:
    return Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser raises for users that are none


def photo(path: Path, most: int) -> Photo:
    """Read a photo of at most ``most`` bytes. Raises FileRefused."""
    return Photo(_read(path, most), _type(path, "image/jpeg"))


def voice(path: Path, most: int) -> Voice:
    """Read a recording of at most ``most`` bytes. Raises FileRefused."""
    return Voice(_read(path, most), _type(path, "audio/ogg"))


def _type(path: Path, fallback: str) -> str:
    return mimetypes.guess_type(path.name)[0] or fallback


def _read(path: Path, most: int) -> bytes:
    try:
        data = _bounded(path, most + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise FileRefused(path, "missing", most) from error
    except PermissionError as error:
        raise FileRefused(path, "denied", most) from error
    except OSError as error:
        raise FileRefused(path, "unreadable", most) from error
    if data is None:
        raise FileRefused(path, "no_file", most)
    if len(data) > most:
        raise FileRefused(path, "large", most)
    return data


def _bounded(path: Path, count: int) -> bytes | None:
    """At most ``count`` bytes; None for a folder, pipe or device, which might never end or have no end at all."""
    if not stat.S_ISREG(path.stat().st_mode):
        return None
    # The file may have become a pipe since we looked: opening that must not wait for a writer.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        return file.read(count) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
