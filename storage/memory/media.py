"""Media in memory."""

from __future__ import annotations

from pathlib import Path

from storage.errors import StorageMissing
from storage.media import is_key, key_of

__all__ = ["MemoryMedia"]


class MemoryMedia:
    """Fills ``storage.ports.MediaStore``. Nothing is at the paths it tells."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        key = key_of(data)
        self._files[key] = data
        return key

    async def get(self, key: str) -> bytes:
        if key not in self._files:
            raise StorageMissing("media")
        return self._files[key]

    async def size(self, key: str) -> int:
        return len(await self.get(key))

    def path(self, key: str) -> Path:
        if not is_key(key):
            raise StorageMissing("not a media key")
        return Path(key[:2]) / key
