"""Pictures that are unusual and right: each must be understood."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw, PngImagePlugin

from tests.data.making.blocks import bmp, chunk, png
from tests.data.making.files import Made

__all__ = ["encoded", "odd_pictures", "scene"]

SIZE = (48, 32)
_ORIENTATION = 0x0112


def scene(size: tuple[int, int] = SIZE) -> Image.Image:
    """A red board on grey, with some noise, so that every encoder has something to do."""
    noise = np.random.default_rng(4).integers(90, 130, (size[1], size[0], 3), np.uint8)
    picture = Image.fromarray(noise)
    ImageDraw.Draw(picture).rectangle((size[0] // 4, size[1] // 4, size[0] * 3 // 4, size[1] * 3 // 4), "#c01818")
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def odd_pictures() -> Iterator[Made]:
    for name, data in [*_jpegs(), *_pngs(), *_gifs_and_webps(), *_bmps(), *_boxed(), *_polyglots()]:
        tall = name.split(".")[0].endswith(("-5", "-6", "-7", "-8"))
        yield Made(name, data, "photo", fact=SIZE[::-1] if tall else SIZE)


def _exif(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return exif


def _jpegs() -> Iterator[tuple[str, bytes]]:
    picture = scene()
    whole = encoded(picture, "JPEG")
    yield "baseline.jpg", whole
    yield "progressive.jpg", encoded(picture, "JPEG", progressive=True)
    yield "subsampled.jpg", encoded(picture, "JPEG", subsampling=2, quality=30)
    yield "restarts.jpg", encoded(picture, "JPEG", restart_marker_blocks=1)
    yield "grey.jpg", encoded(picture.convert("L"), "JPEG")
    cmyk = encoded(picture.convert("CMYK"), "JPEG")
    yield "cmyk-adobe.jpg", cmyk
    yield "cmyk-ycck.jpg", _with_adobe_transform(cmyk, 2)
    for orientation in range(1, 9):
        yield f"exif-{orientation}.jpg", encoded(picture, "JPEG", exif=_exif(orientation))
    yield "exif-nonsense.jpg", encoded(picture, "JPEG", exif=_exif(77))
    yield "exif-broken.jpg", encoded(picture, "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" + bytes(20))
    yield "exif-huge.jpg", encoded(picture, "JPEG", exif=b"Exif\0\0" + b"MM\0*\0\0\0\x08" + b"\xff" * 60_000)
    comment = b"\xff\xfe" + struct.pack(">H", 2_002) + b"A" * 2_000
    yield "comments.jpg", whole[:2] + comment * 20 + whole[2:]
    yield "fill-bytes.jpg", whole[:2] + b"\xff" * 3_000 + whole[2:]
    yield "rubbish-after.jpg", whole + bytes(range(256)) * 20
    yield "mpo-of-a-phone.jpg", encoded(picture, "MPO", save_all=True, append_images=[picture.rotate(180)])
    yield "named-png.png", whole
    yield "icc-profile-rubbish.jpg", encoded(picture, "JPEG", icc_profile=b"\xff" * 5_000)


def _with_adobe_transform(data: bytes, transform: int) -> bytes:
    place = data.index(b"Adobe") + 11
    return data[:place] + bytes([transform]) + data[place + 1 :]


def _pngs() -> Iterator[tuple[str, bytes]]:
    picture = scene()
    width, height = SIZE
    yield "plain.png", encoded(picture, "PNG")
    for mode in ("1", "L", "LA", "P", "RGBA"):
        yield f"mode-{mode.lower()}.png", encoded(picture.convert(mode), "PNG")
    yield "palette-transparent.png", encoded(picture.convert("P"), "PNG", transparency=0)
    yield "palette-alpha.png", encoded(picture.convert("P"), "PNG", transparency=bytes(range(256)))
    for name, colour, samples in (("grey", 0, 1), ("colour", 2, 3), ("grey-alpha", 4, 2), ("colour-alpha", 6, 4)):
        row = b"\0" + b"\x80\x01" * samples * width
        yield f"sixteen-bits-{name}.png", png(SIZE, row * height, depth=16, colour=colour)
    for depth in (1, 2, 4):
        row = b"\0" + bytes(width * depth // 8)
        yield (
            f"palette-{depth}-bits.png",
            png(SIZE, row * height, depth=depth, colour=3, before=chunk(b"PLTE", b"\xc0" * 6)),
        )
    frames = [scene().rotate(90 * turn) for turn in range(3)]
    yield "animated.png", encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=50)
    rows = (b"\0" + b"\xc0\x18\x18" * width) * height
    yield "text-chunks.png", png(SIZE, rows, before=chunk(b"tEXt", b"Comment\0" + b"hello " * 30) * 500)
    yield "unknown-chunks.png", png(SIZE, rows, before=chunk(b"zzZz", bytes(100)) * 100)
    yield "too-much-data.png", png(SIZE, rows + bytes(3_000_000))
    yield "rubbish-after.png", png(SIZE, rows) + b"PK\x03\x04" * 500
    yield "no-end.png", png(SIZE, rows, end=b"")
    yield "wrong-checksum-of-text.png", png(SIZE, rows, after=chunk(b"tEXt", b"Comment\0hi", crc=1))
    yield "interlaced.png", png(SIZE, _adam7(), interlaced=1)
    note = PngImagePlugin.PngInfo()
    note.add_itxt("Title", "\u202egnp.exe", "zh", "\u202e" * 50, zip=True)
    yield "text-turned-round.png", encoded(picture, "PNG", pnginfo=note)
    yield "named-jpg.jpg", encoded(picture, "PNG")


def _adam7() -> bytes:
    """The seven passes of an interlaced picture in one colour. PNG, section 8.2."""
    width, height = SIZE
    rows = b""
    for left, top, across, down in (
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
    ):  # fmt: skip
        wide, high = -(-(width - left) // across), -(-(height - top) // down)
        rows += (b"\0" + b"\xc0\x18\x18" * wide) * high
    return rows


def _gifs_and_webps() -> Iterator[tuple[str, bytes]]:
    picture = scene()
    frames = [picture.rotate(90 * turn) for turn in range(4)]
    yield "plain.gif", encoded(picture, "GIF")
    yield "transparent.gif", encoded(picture.convert("P"), "GIF", transparency=0)
    yield "animated.gif", encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, duration=40)
    tiny = [Image.new("P", SIZE, shade) for shade in range(250)]
    yield "many-frames.gif", encoded(tiny[0], "GIF", save_all=True, append_images=tiny[1:] * 4, duration=10)
    yield "comment.gif", encoded(picture, "GIF", comment=b"\x1b[31m\0" * 8_000)
    yield "rubbish-after.gif", encoded(picture, "GIF") + b"<script>alert(1)</script>" * 40
    yield "lossy.webp", encoded(picture, "WEBP")
    yield "lossless.webp", encoded(picture, "WEBP", lossless=True)
    yield "alpha.webp", encoded(picture.convert("RGBA"), "WEBP")
    yield "exif-6.webp", encoded(picture, "WEBP", exif=_exif(6))
    yield "animated.webp", encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=40)


def _bmps() -> Iterator[tuple[str, bytes]]:
    picture = scene()
    width, height = SIZE
    for mode in ("1", "L", "P", "RGB"):
        yield f"mode-{mode.lower()}.bmp", encoded(picture.convert(mode), "BMP")
    yield "thirty-two-bits.bmp", bmp(SIZE, b"\x18\x18\xc0\xff" * width * height, bits=32)
    yield "from-the-top.bmp", bmp((width, -height), b"\x18\x18\xc0" * width * height)
    palette = bytes([24, 24, 192, 0]) * 256
    runs = (bytes([width, 7]) + b"\0\0") * height + b"\0\1"
    yield "runs.bmp", bmp(SIZE, runs, bits=8, method=1, palette=palette)


def _boxed() -> Iterator[tuple[str, bytes]]:
    picture = scene()
    yield "plain.heic", encoded(picture, "HEIF", quality=60)
    yield "alpha.heic", encoded(picture.convert("RGBA"), "HEIF", quality=60)
    yield "grey.heic", encoded(picture.convert("L"), "HEIF", quality=60)
    yield "exif-6.heic", encoded(picture, "HEIF", quality=60, exif=_exif(6).tobytes())
    yield "several.heic", encoded(picture, "HEIF", quality=60, save_all=True, append_images=[picture] * 3)
    yield "named-jpg-too.jpg", encoded(picture, "HEIF", quality=60)
    yield "plain.avif", encoded(picture, "AVIF", quality=60)
    yield "alpha.avif", encoded(picture.convert("RGBA"), "AVIF", quality=60)
    yield "exif-6.avif", encoded(picture, "AVIF", quality=60, exif=_exif(6))
    frames = [picture, picture.rotate(180)]
    film = encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=100)
    yield "animated.avif", _undated(film)


def _undated(data: bytes) -> bytes:
    """The film without the time it was made. ISO/IEC 14496-12, section 8.2.2, version 1."""
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        place = data.index(kind) + 8
        data = data[:place] + bytes(16) + data[place + 16 :]
    return data


def _polyglots() -> Iterator[tuple[str, bytes]]:
    """Two things at once: each is the picture it begins as, and nothing more."""
    picture = scene()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo("../../etc/passwd"), "root")
    yield "polyglot-zip.jpg", encoded(picture, "JPEG") + stream.getvalue()
    yield "polyglot-zip.gif", encoded(picture, "GIF") + stream.getvalue()
    page = b"\xff\xfe" + struct.pack(">H", 40) + b"<script>alert(document.domain)</scr>--"
    whole = encoded(picture, "JPEG")
    yield "polyglot-html.jpg", whole[:2] + page + whole[2:]
    yield "polyglot-pdf.jpg", whole + b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R>>%%EOF"
    yield (
        "polyglot-php.png",
        encoded(picture, "PNG")[:-12] + chunk(b"tEXt", b"c\0<?php system($_GET[0]);?>") + chunk(b"IEND", b""),
    )
    yield "polyglot-compressed.png", encoded(picture, "PNG") + zlib.compress(bytes(100_000))
