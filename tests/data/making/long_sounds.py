"""Small files that state, or are, three hours of sound."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from tests.data.making.muxed import contained

__all__ = ["long_sounds", "silent_flac"]

HOURS = 3
_RATE = 8_000
_BLOCK = 65_535  # samples, the most a FLAC frame holds


def long_sounds() -> Iterator[tuple[str, bytes]]:
    yield "three-hours.flac", silent_flac(HOURS * 3_600)
    yield "three-hours-unstated.flac", silent_flac(HOURS * 3_600, stated=False)
    yield "three-hours-stated.m4a", _mp4_with_clock(contained("audio/mp4"))
    yield "three-hours-stated.ogg", _ogg_with_clock(contained("audio/ogg"))


def silent_flac(seconds: int, *, stated: bool = True) -> bytes:
    """Silence at 8 kHz, twelve bytes for every eight seconds of it. RFC 9639, sections 8.2 and 9."""
    total = seconds * _RATE
    rate_and_more = _RATE << 44 | 0 << 41 | 15 << 36 | (total if stated else 0)
    info = struct.pack(">HH", _BLOCK, _BLOCK) + bytes(6) + struct.pack(">Q", rate_and_more) + bytes(16)
    frames = (_silent_frame(number) for number in range(total // _BLOCK))
    return b"fLaC\x80" + len(info).to_bytes(3, "big") + info + b"".join(frames)


def _silent_frame(number: int) -> bytes:
    """Block size in two bytes at the end, 8 kHz, mono, 16 bits, one constant subframe."""
    head = b"\xff\xf8\x74\x08" + chr(number).encode() + struct.pack(">H", _BLOCK - 1)
    body = head + bytes([_crc(head, 8, 0x07)]) + b"\0\0\0"
    return body + struct.pack(">H", _crc(body, 16, 0x8005))


def _crc(data: bytes, bits: int, polynomial: int) -> int:
    register, top, mask = 0, 1 << (bits - 1), (1 << bits) - 1
    for byte in data:
        register ^= byte << (bits - 8)
        for _ in range(8):
            register = (register << 1 ^ (polynomial if register & top else 0)) & mask
    return register


def _mp4_with_clock(data: bytes) -> bytes:
    """The MP4 with a single sample that lasts for hours. ISO/IEC 14496-12, sections 8.4.2 and 8.6.1.2."""
    data = data.replace(b"edts", b"free")
    clock = data.index(b"mdhd") + 16
    rate, length = struct.unpack(">II", data[clock : clock + 8])
    data = data[: clock + 4] + struct.pack(">I", max(length, HOURS * 3_600 * rate)) + data[clock + 8 :]
    table = data.index(b"stts") + 8
    return data[: table + 4 + 4] + struct.pack(">I", HOURS * 3_600 * rate) + data[table + 12 :]


def _ogg_with_clock(data: bytes) -> bytes:
    """The OGG whose last page says that it ends hours later. RFC 3533, section 6."""
    last = data.rindex(b"OggS")
    page = bytearray(data[last:])
    page[6:14] = struct.pack("<q", HOURS * 3_600 * 48_000)
    page[22:26] = bytes(4)
    page[22:26] = struct.pack("<I", _crc(bytes(page), 32, 0x04C11DB7))
    return data[:last] + bytes(page)
