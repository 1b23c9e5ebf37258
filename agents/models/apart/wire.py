"""What we and an engine's process say to each other: JSON of a told length, and raw bytes that the JSON announces.

Nothing here is able to run what the other side sent, as pickle would be.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

__all__ = ["Gone", "Nonsense", "Wire"]

_LENGTH = struct.Struct("!Q")


class Gone(Exception):
    """The other side has ended."""


class Nonsense(Exception):
    """The other side said what cannot be, or too much."""


class Wire:
    """One end of a pair of sockets. Every method raises Gone, OSError, or TimeoutError past the deadline."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._until: float | None = None

    def within(self, seconds: float) -> None:
        """From now on everything together may take that long, by the monotonic clock."""
        self._until = time.monotonic() + seconds

    def say(self, told: object) -> None:
        data = json.dumps(told).encode()
        self.put(_LENGTH.pack(len(data)) + data)

    def hear(self, most: int | None = None) -> Any:
        """What the other side says in ``most`` bytes at the most. Raises Nonsense too."""
        (length,) = _LENGTH.unpack(self.take(_LENGTH.size))
        if most is not None and length > most:
            raise Nonsense
        try:
            return json.loads(bytes(self.take(length)))
        except (ValueError, RecursionError) as exc:
            raise Nonsense from exc

    def put(self, data: bytes | memoryview) -> None:
        self._hurry()
        self._end.sendall(data)

    def take(self, length: int) -> bytearray:
        """Exactly that many bytes."""
        data = bytearray(length)
        self.fill(memoryview(data))
        return data

    def fill(self, room: memoryview) -> None:
        """Bytes for all the room there is."""
        while room:
            self._hurry()
            count = self._end.recv_into(room)
            if not count:
                raise Gone
            room = room[count:]

    def close(self) -> None:
        self._end.close()

    def _hurry(self) -> None:
        if self._until is None:
            return
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._end.settimeout(left)
