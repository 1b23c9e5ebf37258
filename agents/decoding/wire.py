"""What we and a decoding child say to each other: its terms once, then orders and answers, each a header and bytes."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Self

__all__ = ["ANSWER", "ORDER", "PICTURE", "REFUSAL", "SOUND", "TOO_COSTLY", "Gone", "Terms", "fill", "take"]

PICTURE, SOUND, REFUSAL = b"P", b"S", b"R"
ORDER = struct.Struct("!cQ")  # PICTURE or SOUND, and the bytes of the file that follow
ANSWER = struct.Struct("!cIIQ")  # what follows and its bytes: RGB pixels (width, height), float32 samples, or a reason
TOO_COSTLY = "too-costly"


class Gone(Exception):
    """The other side has ended."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a child is handed at its start: the socket to serve, and its bounds in bytes and seconds a file."""

    socket: int
    megapixels: float
    minutes: float
    memory: int
    seconds: float

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def of(cls, line: bytes) -> Self:
        return cls(**json.loads(line))


def take(wire: socket.socket, length: int) -> bytearray:
    """Exactly that many bytes. Raises Gone or OSError."""
    data = bytearray(length)
    fill(wire, memoryview(data))
    return data


def fill(wire: socket.socket, room: memoryview) -> None:
    """Bytes for all the room there is. Raises Gone or OSError."""
    while room:
        count = wire.recv_into(room)
        if not count:
            raise Gone
        room = room[count:]
