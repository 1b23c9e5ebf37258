"""Files that a Bot API server on this host has put into a folder, rather than handing them out over HTTP.

Such a server, started with ``--local``, answers getFile with an absolute path
(https://core.telegram.org/bots/api#using-a-local-bot-api-server). What it names is read only inside the folder that
the settings name, so that whoever answers at that address cannot have us read anything else.
"""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from bot.channel import DeliveryFailed, FileGone, FileTooLarge
from bot.hosts import is_this_host

__all__ = ["LocalFiles"]


class LocalFiles:
    """The files below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, folder: Path | None, base_url: str) -> Self | None:
        """Those of the folder, if there is one and the Bot API's address is this host's."""
        here = is_this_host(urlsplit(base_url).hostname or "")
        return None if folder is None or not here else cls(folder)

    @staticmethod
    def named_by(file_path: str) -> bool:
        """Whether getFile told a path on this host rather than an address."""
        return file_path.startswith("/")

    async def read(self, path: str, most: int) -> bytes:
        """The bytes of a file inside the folder.

        Raises FileGone (also for whatever else the path leads to), FileTooLarge beyond ``most`` bytes, and
        DeliveryFailed when the disk refuses.
        """
        return await asyncio.to_thread(self._read, path, most)

    def _read(self, path: str, most: int) -> bytes:
        try:
            return _content(self._inside(path), most)
        except (FileNotFoundError, NotADirectoryError, ValueError) as exc:  # ValueError: a path with a NUL
            raise FileGone("local file") from exc
        except (OSError, RuntimeError) as exc:  # RuntimeError: symbolic links in a circle
            raise DeliveryFailed(f"local file: {type(exc).__name__}", retryable=True) from exc

    def _inside(self, path: str) -> Path:
        """Where the path leads once every symbolic link is followed. Raises FileGone when that is not inside."""
        folder, found = self._folder.resolve(strict=True), Path(path).resolve(strict=True)
        if found == folder or not found.is_relative_to(folder):
            raise FileGone("local file outside its folder")
        return found


def _content(path: Path, most: int) -> bytes:
    # neither a link that was put there meanwhile nor a pipe that nobody writes to is opened
    number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        _check(os.fstat(number), most)
        with os.fdopen(number, "rb", closefd=False) as file:
            data = file.read(most + 1)
    finally:
        os.close(number)
    if len(data) > most:
        raise FileTooLarge("local file, while reading")
    return data


def _check(found: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise FileGone("local file is none")
    if found.st_size > most:
        raise FileTooLarge("local file")
