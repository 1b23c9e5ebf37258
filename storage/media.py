"""Media as files named by the sha256 of their bytes: written whole or not at all, readable by their owner only.

A file is written in ``partial/`` beside the others, synced, moved to ``<first two digits>/<key>`` and its folder
synced. ``partial/`` is inside the media folder, hence on the same file system, and keeps the sweep at start short
however many files there are.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import structlog

from storage.errors import StorageBroken, StorageMissing
from storage.faults import files_translated

__all__ = ["FileMediaStore", "is_key", "key_of"]

_KEY = re.compile("[0-9a-f]{64}")
_STALE = 3600.0  # seconds; a younger one may belong to another process that is writing it now
_NEW_FILE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
_log = structlog.get_logger()


def key_of(data: bytes) -> str:
    """Lower-case hex sha256."""
    return hashlib.sha256(data).hexdigest()


def is_key(text: str) -> bool:
    return _KEY.fullmatch(text) is not None


class FileMediaStore:
    """Fills ``storage.ports.MediaStore``. Reads and writes happen in threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._partial = self._folder / "partial"

    @classmethod
    async def open(cls, folder: Path) -> FileMediaStore:
        """Make the folder if need be and clear away what a killed process left half-written."""
        media = cls(folder)
        await asyncio.to_thread(media._prepare)
        return media

    async def put(self, data: bytes) -> str:
        """Keep the bytes and return their key once they are on disk. Raises StorageFull or StorageBroken."""
        return await asyncio.to_thread(self._put, data)

    async def get(self, key: str) -> bytes:
        """Raises StorageMissing when there is no such file."""
        return await asyncio.to_thread(self._get, key)

    async def size(self, key: str) -> int:
        """Raises StorageMissing when there is no such file."""
        return await asyncio.to_thread(self._size, key)

    def path(self, key: str) -> Path:
        """Where the file is, or would be. Raises StorageMissing when this cannot be a key."""
        if not is_key(key):
            raise StorageMissing("not a media key")
        return self._folder / key[:2] / key

    def _prepare(self) -> None:
        with files_translated():
            self._make_folder()
            stale = [path for path in self._partial.iterdir() if _age(path) > _STALE]
            for path in stale:
                path.unlink(missing_ok=True)
        if stale:
            _log.info("media.stale_removed", count=len(stale))

    def _put(self, data: bytes) -> str:
        key = key_of(data)
        target = self.path(key)
        with files_translated():
            self._make_shard(target.parent)
            if not _has_size(target, len(data)):
                self._write(target, data)
            _sync_folder(target.parent)  # also when it was there: its writer may have been killed before this
        return key

    def _make_shard(self, shard: Path) -> None:
        if not shard.is_dir():
            self._make_folder()
            shard.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self._folder)

    def _make_folder(self) -> None:
        for folder in (self._folder, self._partial):  # each by itself: parents made along get the default mode
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _write(self, target: Path, data: bytes) -> None:
        temporary = self._partial / uuid4().hex
        try:
            with os.fdopen(
                os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb"
            ) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def _get(self, key: str) -> bytes:
        with _reading():
            return self.path(key).read_bytes()

    def _size(self, key: str) -> int:
        with _reading():
            return self.path(key).stat().st_size


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StorageMissing("media") from error
    except OSError as error:
        raise StorageBroken("media") from error


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # its writer has just finished
        return 0.0


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
