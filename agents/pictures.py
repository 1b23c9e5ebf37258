"""Pictures from strangers, decoded safely: what it is and how large is settled before a pixel is decoded."""

from __future__ import annotations

import io
import struct
from functools import cache
from importlib import import_module

from PIL import Image, UnidentifiedImageError

from agents.errors import MediaUnreadable

__all__ = ["decode", "prepare"]

# What people's phones and browsers send. Formats that run programs or fetch things (EPS, PDF, ...) stay out, and so
# does TIFF: a large old library with a long record of faults, for files that no camera sends to a chat.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")  # an MPO begins as the JPEG it is
_BOXED = ("AVIF", "HEIF")
_FURTHER = ("WebP", "Avif", "Mpo", "Tiff")  # beside what `preinit` knows; EXIF in any of them is read as TIFF
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM")
# ISO/IEC 23008-12, section 10, and AVIF 1.1, section 8: what the `ftyp` box of a still picture names
_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
# Pillow's ways to say that something is broken
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, RuntimeError, struct.error)
_ORIENTATION = 0x0112  # EXIF 2.3, section 4.6.4: tag 274
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def prepare(max_megapixels: float) -> None:
    """Load everything that decoding may need, for a process that cannot open files afterwards."""
    Image.preinit()
    for name in _FURTHER:
        import_module(f"PIL.{name}ImagePlugin")
    _know_heif()
    shades = Image.new("I;16", (2, 2))
    for kind in _FORMATS[:4]:
        stream = io.BytesIO()
        (shades if kind == "PNG" else shades.convert("L")).save(stream, kind)
        decode(stream.getvalue(), max_megapixels=1)  # Pillow and NumPy import what they need as they go
    Image.MAX_IMAGE_PIXELS = int(max_megapixels * 1_000_000)


def decode(data: bytes, *, max_megapixels: float) -> Image.Image:
    """The picture in ``data`` as upright RGB, the first frame when it is animated, on white where it is transparent.

    Raises MediaUnreadable: ``empty``, ``not-an-image``, ``too-large`` (over ``max_megapixels`` million pixels),
    ``truncated`` (begins like an image and breaks off or is damaged) or ``too-costly`` (more than the memory there is).
    """
    if not data:
        raise MediaUnreadable("empty")
    try:
        return _decoded(data, max_megapixels * 1_000_000)
    except MemoryError as exc:
        raise MediaUnreadable("too-costly") from exc


def _decoded(data: bytes, most: float) -> Image.Image:
    with _opened(data) as image:
        _bound(image.size, most)
        _load(image)
        _bound(image.size, most)
        turn = _UPRIGHT.get(_orientation(image))  # a PNG may tell it at its end, and is loaded when asked for it
        picture = _rgb(image)
    return picture.transpose(turn) if turn is not None else picture


def _bound(size: tuple[int, int], most: float) -> None:
    if size[0] * size[1] > most:
        raise MediaUnreadable("too-large")


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=_formats(data))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise MediaUnreadable("too-large") from exc
    except UnidentifiedImageError as exc:
        raise MediaUnreadable(_unidentified(data)) from exc
    except _BROKEN as exc:
        raise MediaUnreadable("truncated") from exc


def _formats(data: bytes) -> tuple[str, ...]:
    if not _is_boxed(data):
        return _FORMATS
    _know_heif()
    return _BOXED


def _is_boxed(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and not _BRANDS.isdisjoint(data[place : place + 4] for place in range(8, 64, 4))


@cache
def _know_heif() -> None:
    """Teach Pillow HEIC, as iPhones send it; only the picture itself, none of what else the file may hold."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _unidentified(data: bytes) -> str:
    webp = data[:4] == b"RIFF" and b"WEBP".startswith(data[8:12])
    return "truncated" if data.startswith(_BEGINNINGS) or webp or _is_boxed(data) else "not-an-image"


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except _BROKEN as exc:
        raise MediaUnreadable("truncated") from exc


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) where there is none that can be read."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return 1
    return value if isinstance(value, int) else 1


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel: convert() alone would clip everything above 255 to white
        image = image.point(lambda value: value / 256).convert("L") if image.mode == "I" else _eight_bits(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image if image.mode == "RGBA" else image.convert("RGBA")  # convert() copies even then
    picture = Image.new("RGB", layered.size, "white")
    picture.paste(layered, mask=layered.getchannel("A"))
    return picture


def _eight_bits(image: Image.Image) -> Image.Image:
    import numpy as np

    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
