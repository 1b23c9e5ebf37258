"""What we and a decoding child say to each other: its terms once, then orders and answers, each a header and bytes."""

from __future__ import annotations

import json
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Self

__all__ = [
    "ANSWER",
    "DOCUMENT",
    "FOOTAGE",
    "FRAME",
    "ORDER",
    "PICTURE",
    "REFUSAL",
    "SOUND",
    "TOO_COSTLY",
    "VIDEO",
    "WRITTEN",
    "Gone",
    "Terms",
    "fill",
    "take",
]

PICTURE, SOUND, VIDEO, DOCUMENT, REFUSAL = b"P", b"S", b"V", b"D", b"R"
ORDER = struct.Struct("!cIQ")  # one of these, the frames wanted of a video, and the bytes of the file that follow
# What follows, two numbers about it, and its bytes: RGB pixels (width, height); float32 samples (their rate; whether
# there is sound at all); UTF-8 (pages, of them read) after a WRITTEN; or a reason. Of a video:
# its frames and nothing else, then FOOTAGE, a FRAME and pixels for each, and at last the answer that a sound would be.
ANSWER = struct.Struct("!cIIQ")
FOOTAGE = struct.Struct("!dd")  # seconds in all, and seconds read
WRITTEN = struct.Struct("!?I")  # whether the text is cut, and how many pages gave none
FRAME = struct.Struct("!IIdd")  # width, height, and from when to when in seconds
TOO_COSTLY = "too-costly"


class Gone(Exception):
    """The other side has ended."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a child is handed at its start: the socket to serve, and its bounds in bytes and seconds a file."""

    socket: int
    megapixels: float
    minutes: float
    video_minutes: float
    characters: int
    memory: int
    seconds: float
    patience: float

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
