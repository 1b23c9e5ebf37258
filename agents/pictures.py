"""Pictures from strangers, decoded safely: what it is and how large is settled before a pixel is decoded."""

from __future__ import annotations

import io
import struct

from PIL import Image, UnidentifiedImageError

from agents.errors import MediaUnreadable

__all__ = ["decode"]

# What people's phones and browsers send. Formats that run programs or fetch things (EPS, PDF, ...) stay out.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM")
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


def decode(data: bytes, *, max_megapixels: float) -> Image.Image:
    """The picture in ``data`` as upright RGB, the first frame when it is animated, on white where it is transparent.

    Raises MediaUnreadable: ``empty``, ``not-an-image``, ``too-large`` (over ``max_megapixels`` million pixels) or
    ``truncated`` (begins like an image and breaks off or is damaged).
    """
    if not data:
        raise MediaUnreadable("empty")
    with _opened(data) as image:
        if image.width * image.height > max_megapixels * 1_000_000:
            raise MediaUnreadable("too-large")
        turn = _UPRIGHT.get(_orientation(image))
        _load(image)
        picture = _rgb(image)
    return picture.transpose(turn) if turn is not None else picture


def _opened(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise MediaUnreadable("too-large") from exc
    except UnidentifiedImageError as exc:
        raise MediaUnreadable(_unidentified(data)) from exc
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as exc:  # Pillow's ways to say "broken header"
        raise MediaUnreadable("truncated") from exc


def _unidentified(data: bytes) -> str:
    return "truncated" if data.startswith(_BEGINNINGS) else "not-an-image"


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as exc:
        raise MediaUnreadable("truncated") from exc


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) where there is none that can be read."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error):
        return 1
    return value if isinstance(value, int) else 1


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits a pixel: convert() alone would clip everything above 255 to white
        image = image.point(lambda value: value / 256).convert("L") if image.mode == "I" else _eight_bits(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    picture = Image.new("RGB", layered.size, "white")
    picture.paste(layered, mask=layered.getchannel("A"))
    return picture


def _eight_bits(image: Image.Image) -> Image.Image:
    import numpy as np

    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
