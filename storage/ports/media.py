"""The port of the media store."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

__all__ = ["MediaStore"]


class MediaStore(Protocol):
    """Content-addressed files. A key is the lower-case hex sha256 of the bytes, never anything a user chose."""

    async def put(self, data: bytes) -> str:
        """Keep the bytes, all or nothing. Raises StorageFull, StorageBroken."""
        ...

    async def get(self, key: str) -> bytes:
        """Raises StorageMissing, StorageBroken."""
        ...

    async def size(self, key: str) -> int:
        """How many bytes those of the key are. Raises StorageMissing, StorageBroken."""
        ...

    def path(self, key: str) -> Path:
        """Where the file is or would be. Raises StorageMissing when this is no key."""
        ...
