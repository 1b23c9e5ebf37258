"""A picture as it stands in a message: scaled to a bound, as JPEG, in a data URL (RFC 2397)."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["picture_url"]

_QUALITY = 90
_GAP = 2.0  # Pillow then shrinks by a whole factor first, which is faster


def picture_url(picture: Image, side: int) -> str:
    """``side`` is the longest side in pixels that is sent; a smaller picture stays as it is."""
    scale = side / max(picture.size)
    if scale < 1:
        width, height = (max(1, round(length * scale)) for length in picture.size)
        picture = picture.resize((width, height), reducing_gap=_GAP)
    scaled = picture if picture.mode == "RGB" else picture.convert("RGB")
    encoded = BytesIO()
    scaled.save(encoded, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{b64encode(encoded.getvalue()).decode()}"
