"""What a channel has taken, noted in a file in the moment that is known.

A commit waits for others and for the disk; a process that is killed meanwhile would send the same again. A line in a
file is there as soon as it is written, whatever becomes of the process, so that the next one knows.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

import structlog

__all__ = ["Receipt", "Receipts"]

_log = structlog.get_logger()
_MOST = 4_000_000  # bytes
_MUCH = 64_000  # bytes, beyond which it is emptied when nothing in it is needed any more


@dataclass(frozen=True, slots=True)
class Receipt:
    """The channel took that piece of the row's answer, as that message; ``last``: it was the last one."""

    row: int
    pieces: int
    last: bool
    message: str | None


class Receipts:
    """Of one process at a time. The file is made with the first of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._size = 0
        self._needed: set[int] = set()

    @classmethod
    def beside(cls, database: Path) -> Receipts:
        """Those of the database in that file."""
        return cls(database.with_name(f"{database.name}-receipts"))

    def note(self, receipt: Receipt) -> None:
        """Takes some microseconds. A disk that takes no line has the same sent again, at worst."""
        line = json.dumps(astuple(receipt)).encode() + b"\n"
        try:
            self._size += os.write(self._opened(), line)
        except OSError as error:
            _log.warning("receipt not noted", row=receipt.row, errno=error.errno)
            return
        self._needed.add(receipt.row)

    def committed(self, row: int) -> None:
        """The database knows by now."""
        self._needed.discard(row)
        if self._size > _MOST or (self._size > _MUCH and not self._needed):
            self.clear()

    def left(self) -> list[Receipt]:
        """What an earlier process noted, in order; of a line that was not written to its end, nothing."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            _log.warning("receipts not read", errno=error.errno)
            return []
        return [receipt for line in lines if (receipt := _read(line)) is not None]

    def clear(self) -> None:
        self._size = 0
        if self._file is not None or self._path.exists():
            with suppress(OSError):
                os.truncate(self._path, 0)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _opened(self) -> int:
        if self._file is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(self._path, flags, 0o600)
        return self._file


def _read(line: bytes) -> Receipt | None:
    try:
        row, pieces, last, message = json.loads(line)
    except ValueError:
        return None
    fits = isinstance(row, int) and isinstance(pieces, int) and isinstance(message, str | None)
    return Receipt(row, pieces, bool(last), message) if fits else None
