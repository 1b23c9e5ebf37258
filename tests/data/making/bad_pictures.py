"""Pictures that lie, break off or are none: each must be refused for the right reason."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.data.making.blocks import bmp, box, chunk, png, riff, wav
from tests.data.making.files import Made, cuts
from tests.data.making.odd_pictures import SIZE, encoded, scene

__all__ = ["bad_pictures"]

TOO_LARGE, TRUNCATED, NO_IMAGE = "too-large", "truncated", "not-an-image"


def bad_pictures() -> Iterator[Made]:
    for outcome, made in (
        (TOO_LARGE, _bombs()),
        (TRUNCATED, _damaged()),
        (TRUNCATED, _broken_off()),
        (NO_IMAGE, _other_things()),
        (NO_IMAGE, _other_formats()),
    ):
        for name, data in made:
            yield Made(name, data, "photo", "empty" if not data else outcome)


def _bombs() -> Iterator[tuple[str, bytes]]:
    dark = png((10_000, 10_000), (b"\0" + bytes(1_250)) * 10_000, depth=1, colour=0)
    yield "bomb-100-megapixels.png", dark
    for side in (8_000, 20_000, 60_000, 2**31 - 1):
        yield f"bomb-claims-{side}.png", png((side, side), bytes(1_000))
    yield "bomb-one-row.png", png((2**31 - 1, 1), bytes(1_000))
    yield "bomb-claims.jpg", _restated(encoded(scene(), "JPEG"), 65_000)
    yield "bomb-claims-progressive.jpg", _restated(encoded(scene(), "JPEG", progressive=True), 65_000)
    yield "bomb-claims.gif", encoded(scene(), "GIF")[:6] + b"\xff\xff\xff\xff" + encoded(scene(), "GIF")[10:]
    yield "bomb-claims.bmp", bmp((60_000, 60_000), bytes(500))
    yield "bomb-claims-from-the-top.bmp", bmp((60_000, -60_000), bytes(500))
    yield "bomb-claims-runs.bmp", bmp((60_000, 60_000), b"\xff\0" * 500, bits=8, method=1, palette=bytes(1_024))
    canvas = struct.pack("<I", 0x02) + (16_383).to_bytes(3, "little") * 2
    frame = encoded(scene(), "WEBP", lossless=True)[12:]
    yield "bomb-claims.webp", b"RIFF" + struct.pack("<I", 22 + len(frame)) + b"WEBPVP8X\x0a\0\0\0" + canvas + frame
    yield "bomb-lossless.webp", riff(b"WEBP", (b"VP8L", b"\x2f" + struct.pack("<I", 0x0FFFFFFF) + bytes(200)))
    for kind in ("HEIF", "AVIF"):
        whole = encoded(scene((64, 64)), kind, quality=60)
        yield f"bomb-claims.{kind.lower()}", _stretched(whole, (64, 64), (16_000, 16_000))
    yield (
        "frame-beyond-screen.gif",
        b"GIF89a" + struct.pack("<HH", 4, 4) + b"\0\0\0," + b"\xf0\xff\xf0\xff" + b"\4\0\4\0\0\2\2\x4c\1\0;",
    )
    wide = encoded(Image.new("1", (9_000, 9_000)), "GIF")
    yield "bomb-81-megapixels.gif", wide


def _restated(jpeg: bytes, side: int) -> bytes:
    """The JPEG with another size in its frame header. ITU T.81, section B.2.2."""
    place = next(jpeg.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in jpeg)
    return jpeg[: place + 5] + struct.pack(">HH", side, side) + jpeg[place + 9 :]


def _stretched(data: bytes, size: tuple[int, int], stated: tuple[int, int]) -> bytes:
    """The HEIC or AVIF with another size in its `ispe` box. ISO/IEC 23008-12, section 6.5.3."""
    before = b"ispe" + bytes(4)
    return data.replace(before + struct.pack(">II", *size), before + struct.pack(">II", *stated))


def _damaged() -> Iterator[tuple[str, bytes]]:
    rows = (b"\0" + b"\xc0\x18\x18" * SIZE[0]) * SIZE[1]
    signature = b"\x89PNG\r\n\x1a\n"
    yield "no-width.png", png((0, 32), rows)
    yield "no-height.png", png((32, 0), rows)
    yield (
        "no-pixels.png",
        signature + chunk(b"IHDR", struct.pack(">IIBBBBB", *SIZE, 8, 2, 0, 0, 0)) + chunk(b"IEND", b""),
    )
    yield "too-few-rows.png", png(SIZE, rows[:2_000])
    yield "wrong-checksum.png", signature + chunk(b"IHDR", struct.pack(">IIBBBBB", *SIZE, 8, 2, 0, 0, 0), crc=7)
    yield "odd-depth.png", png(SIZE, rows, depth=7)
    yield "chunk-of-4-gigabytes.png", signature + b"\xff\xff\xff\xffIHDR" + bytes(40)
    yield "rubbish-pixels.png", png(SIZE, rows).replace(zlib.compress(rows, 9), b"\xff" * len(zlib.compress(rows, 9)))
    bomb = zlib.compress(bytes(30_000_000), 9)
    yield "text-bomb.png", png(SIZE, rows, before=chunk(b"zTXt", b"Comment\0\0" + bomb))
    yield "profile-bomb.png", png(SIZE, rows, before=chunk(b"iCCP", b"x\0\0" + bomb))
    yield "international-text-bomb.png", png(SIZE, rows, before=chunk(b"iTXt", b"c\0\1\0\0\0" + bomb))
    yield "signature-only.png", signature
    yield "start-only.jpg", b"\xff\xd8\xff"
    yield "markers-only.jpg", b"\xff\xd8\xff\xe0" + b"\xff\xe1\0\x02" * 2_000
    yield "zeros-after-start.jpg", b"\xff\xd8\xff" + bytes(5_000)
    jpeg = encoded(scene(), "JPEG")
    yield "no-tables.jpg", jpeg.replace(b"\xff\xdb", b"\xff\xee")
    yield "no-size.jpg", _restated(jpeg, 0)
    yield "header-only.gif", b"GIF89a" + struct.pack("<HH", 30, 30) + b"\0\0\0"
    yield "rubbish-codes.gif", encoded(scene(), "GIF")[:800] + b"\xff" * 3_000
    yield "size-of-4-gigabytes.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" + bytes(100)
    yield "no-frame.webp", riff(b"WEBP", (b"VP8X", bytes(10)))
    yield "odd-bits.bmp", bmp(SIZE, bytes(500), bits=13)
    yield "pixels-elsewhere.bmp", bmp(SIZE, b"")
    yield "brand-only.heic", box(b"ftyp", b"heic\0\0\0\0mif1heic")
    yield "rubbish-boxes.heic", box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\xff" * 500)
    yield "nested-boxes.heic", box(b"ftyp", b"heic\0\0\0\0mif1heic") + _nested(b"meta", 500)
    yield "brand-only.avif", box(b"ftyp", b"avif\0\0\0\0mif1avif")
    yield "rubbish-boxes.avif", box(b"ftyp", b"avif\0\0\0\0mif1avif") + box(b"meta", b"\xff" * 500)


def _nested(kind: bytes, depth: int) -> bytes:
    body = b""
    for _ in range(depth):
        body = box(kind, bytes(4) + body)
    return body


def _broken_off() -> Iterator[tuple[str, bytes]]:
    picture = scene()
    for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF"):
        for part, data in cuts(encoded(picture, kind)):
            if part in {1, 4, 8, 12}:
                yield f"cut-{part:02}.{kind.lower()}", data


def _other_things() -> Iterator[tuple[str, bytes]]:
    vector = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'
    entity = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + vector
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    yield "vector.jpg", vector
    yield "vector-entity.jpg", entity
    yield "vector-laughs.jpg", laughs + b"]>" + vector
    yield "vector-compressed.jpg", gzip.compress(vector, mtime=0)
    yield "document-pdf.jpg", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    yield "document-with-jpeg-inside.jpg", b"%PDF-1.7\nstream\n" + encoded(scene(), "JPEG") + b"\nendstream\n%%EOF"
    yield "program-of-postscript.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\n"
    yield "page.jpg", b"<!DOCTYPE html><html><img src=x onerror=alert(1)></html>"
    yield "program-elf.jpg", b"\x7fELF\2\1\1" + bytes(200)
    yield "program-exe.jpg", b"MZ\x90\0" + bytes(200)
    yield "archive-zip.jpg", b"PK\x03\x04" + bytes(200)
    yield "archive-gzip.jpg", gzip.compress(bytes(100_000), mtime=0)
    yield "script.jpg", b"#!/bin/sh\nrm -rf /\n"
    yield "vector-script.jpg", b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 'https://x/x.jpg\"|id\"'\n"
    yield "text.jpg", "照片".encode() * 100
    yield "empty.jpg", b""
    yield "one-byte.jpg", b"\xff"
    yield "zeros.jpg", bytes(4_000)
    yield "ones.jpg", b"\xff" * 4_000
    yield "sound.jpg", wav(bytes(2_000))
    yield "film.jpg", box(b"ftyp", b"isom\0\0\2\0isommp42") + box(b"mdat", bytes(200))
    yield "pixels-of-x.jpg", b"#define x_width 8\n#define x_height 8\nstatic char x_bits[] = {0x00};\n"


def _other_formats() -> Iterator[tuple[str, bytes]]:
    """Formats Pillow knows and we do not let it read."""
    picture = scene()
    for kind in (
        "TIFF",
        "ICO",
        "PPM",
        "PCX",
        "TGA",
        "SGI",
        "DDS",
        "JPEG2000",
        "PDF",
        "EPS",
        "IM",
        "XBM",
        "SPIDER",
    ):
        odd = {"XBM": picture.convert("1"), "SPIDER": picture.convert("F")}.get(kind, picture)
        stream = io.BytesIO()
        odd.save(stream, kind)
        yield f"format-{kind.lower()}.jpg", _undated(stream.getvalue())
    yield "format-psd.jpg", b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 32, 32, 8, 3) + bytes(60)
    yield "format-fits.jpg", b"SIMPLE  =                    T" + b" " * 2_850
    yield "format-wmf.jpg", b"\xd7\xcd\xc6\x9a" + bytes(60)


def _undated(data: bytes) -> bytes:
    """A PDF tells when it was made."""
    for key in (b"/CreationDate (", b"/ModDate ("):
        place = data.find(key) + len(key)
        if place >= len(key):
            data = data[:place] + b"D:20260101000000Z" + data[data.index(b")", place) :]
    return data
