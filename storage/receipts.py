"""What is being sent and what a channel has taken, noted in a file in the moment that is known.

A commit waits for others and for the disk; a process that is killed meanwhile would send the same again. A line in a
file is there as soon as it is written, whatever becomes of the process, so that the next one knows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path

import structlog

from storage.ports import Doubt

__all__ = ["Noted", "Receipt", "Receipts"]

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


@dataclass(frozen=True, slots=True)
class Noted:
    """What an earlier process left: what was taken, in order, and by row what may have been taken without a word."""

    receipts: list[Receipt]
    doubts: dict[int, Doubt]


class Receipts:
    """Of one process at a time. The file is made with the first line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None
        self._size = 0
        self._needed: set[int] = set()
        self._doubts: dict[int, Doubt] = {}

    @classmethod
    def beside(cls, database: Path) -> Receipts:
        """Those of the database in that file."""
        return cls(database.with_name(f"{database.name}-receipts"))

    def sends(self, row: int, doubt: Doubt) -> None:
        """A piece is about to be sent. Takes some microseconds."""
        self._doubts[row] = doubt
        self._write([row, *astuple(doubt)], row)

    def note(self, receipt: Receipt) -> None:
        """A disk that takes no line has the same sent again, at worst."""
        self._doubts.pop(receipt.row, None)
        self._write(astuple(receipt), receipt.row)

    def doubt(self, row: int) -> Doubt | None:
        return self._doubts.get(row)

    def settle(self, row: int) -> None:
        """There is no doubt about the row any more, whatever the file says."""
        self._doubts.pop(row, None)
        self._needed.discard(row)

    def committed(self, row: int) -> None:
        """The database knows by now."""
        self.settle(row)
        if self._size > _MOST or (self._size > _MUCH and not self._needed):
            self.clear()

    def left(self) -> Noted:
        """Of a line that was not written to its end, nothing."""
        noted = Noted([], {})
        for line in self._lines():
            match _read(line):
                case [int(row), int(pieces), bool(last), str() | None as message]:
                    noted.receipts.append(Receipt(row, pieces, last, message))
                    noted.doubts.pop(row, None)
                case [int(row), int(pieces), str(after), bool(looked)]:
                    noted.doubts[row] = Doubt(pieces, after, looked)
        return noted

    def go_on(self, doubts: Mapping[int, Doubt]) -> None:
        """What an earlier process noted is known, but for these doubts, which are kept for the one after this.

        At every instant the file holds all of the one or all of the other.
        """
        self.close()
        self._doubts, self._needed = dict(doubts), set(doubts)
        lines = b"".join(_line([row, *astuple(doubt)]) for row, doubt in doubts.items())
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            fresh.touch(0o600)
            fresh.write_bytes(lines)
            fresh.replace(self._path)
        except OSError as error:
            _log.warning("receipts not begun anew", errno=error.errno)
        self._size = len(lines)

    def clear(self) -> None:
        self._size = 0
        if self._file is not None or self._path.exists():
            with suppress(OSError):
                os.truncate(self._path, 0)

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, fields: Sequence[object], row: int) -> None:
        try:
            self._size += os.write(self._opened(), _line(fields))
        except OSError as error:
            _log.warning("receipt not noted", row=row, errno=error.errno)
            return
        self._needed.add(row)

    def _lines(self) -> list[bytes]:
        try:
            return self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            _log.warning("receipts not read", errno=error.errno)
            return []

    def _opened(self) -> int:
        if self._file is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(self._path, flags, 0o600)
        return self._file


def _line(fields: Sequence[object]) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
