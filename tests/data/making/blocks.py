"""Containers written by hand, so that they can lie: PNG, BMP, GIF, RIFF and ISO boxes."""

from __future__ import annotations

import struct
import zlib

__all__ = ["bmp", "box", "chunk", "png", "riff", "wav"]


def chunk(kind: bytes, body: bytes, crc: int | None = None) -> bytes:
    """A PNG chunk; ``crc`` in place of the right checksum."""
    right = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", right if crc is None else crc)


def png(
    size: tuple[int, int],
    rows: bytes,
    *,
    depth: int = 8,
    colour: int = 2,
    before: bytes = b"",
    after: bytes = b"",
    interlaced: int = 0,
    end: bytes | None = None,
) -> bytes:
    """A PNG; ``rows`` are filter bytes and samples before compression, ``before``/``after`` chunks around them."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlaced))
    body = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + head + before + body + after + (chunk(b"IEND", b"") if end is None else end)


def bmp(size: tuple[int, int], pixels: bytes, *, bits: int = 24, method: int = 0, palette: bytes = b"") -> bytes:
    """A BMP with a BITMAPINFOHEADER; a negative height stores rows from the top."""
    offset = 14 + 40 + len(palette)
    info = struct.pack("<IiiHHIIiiII", 40, *size, 1, bits, method, len(pixels), 2835, 2835, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset) + info + palette + pixels


def riff(kind: bytes, *chunks: tuple[bytes, bytes], size: int | None = None) -> bytes:
    """A RIFF file of chunks, padded to even lengths; ``size`` in place of the right one."""
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4 if size is None else size) + kind + body


def wav(
    body: bytes,
    *,
    rate: int = 16_000,
    kind: int = 1,
    bits: int = 16,
    channels: int = 1,
    stated: int | None = None,
    align: int | None = None,
    extra: bytes = b"",
) -> bytes:
    """A WAV; ``stated`` bytes of samples in place of the right number, ``extra`` after the format's sixteen bytes."""
    width = bits // 8 * channels if align is None else align
    form = struct.pack("<HHIIHH", kind, channels, rate, min(rate * width, 0xFFFFFFFF), width, bits) + extra
    data = b"data" + struct.pack("<I", len(body) if stated is None else stated) + body
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    return b"RIFF" + struct.pack("<I", (len(head) + len(data)) & 0xFFFFFFFF) + head + data


def box(kind: bytes, body: bytes = b"", size: int | None = None) -> bytes:
    """A box of an ISO media file; ``size`` in place of the right one."""
    return struct.pack(">I", len(body) + 8 if size is None else size) + kind + body
