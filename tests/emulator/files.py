"""Files a bot can fetch: real bytes, or only a size that no test wants to hold."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from tests.emulator.calls import Refused

__all__ = ["File", "Files"]

_LARGEST = 20 * 1024 * 1024  # what getFile hands out; https://core.telegram.org/bots/api#getfile


@dataclass(slots=True)
class File:
    id: str
    path: str
    size: int
    data: bytes | None

    def entry(self, **more: object) -> dict[str, object]:
        """As Telegram writes it into messages."""
        return {"file_id": self.id, "file_unique_id": f"u{self.id[-8:]}", "file_size": self.size, **more}


class Files:
    """``keep`` bounds how many are kept, to twenty a message; without it, all are."""

    def __init__(self, keep: int | None = None) -> None:
        self._most = None if keep is None else keep * 20
        self._numbers = count(1)
        self._files: dict[str, File] = {}
        self._paths: dict[str, File] = {}

    def add(self, folder: str, suffix: str, data: bytes | None, size: int | None = None) -> File:
        number = next(self._numbers)
        stated = len(data or b"") if size is None else size
        file = File(f"EMU{folder}-{number:08d}", f"{folder}/file_{number}{suffix}", stated, data)
        self._files[file.id] = self._paths[file.path] = file
        if self._most is not None and len(self._files) > self._most:
            self.forget(next(iter(self._files)))
        return file

    def forget(self, file_id: str) -> None:
        del self._paths[self._files.pop(file_id).path]

    def locate(self, file_id: str) -> File:
        file = self._files.get(file_id)
        if file is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if file.size > _LARGEST:
            raise Refused(400, "Bad Request: file is too big")
        return file

    def read(self, path: str) -> bytes | None:
        file = self._paths.get(path)
        return None if file is None else file.data or b""
