"""Pictures as raw pixels on their way between processes: row by row, so that each is in memory only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["STRIP", "assembled", "strips"]

STRIP = 1 << 18  # bytes of pixels, whole rows of them, copied at once: what fits a processor's cache


def strips(picture: Image) -> Iterator[bytes]:
    """The rows of an RGB picture from top to bottom, some at once: 3 bytes a pixel."""
    wide, high = picture.size
    rows = max(1, STRIP // (3 * wide))
    for top in range(0, high, rows):
        yield picture.crop((0, top, wide, min(high, top + rows))).tobytes()


def assembled(wide: int, high: int, fill: Callable[[memoryview], None]) -> Image:
    """The RGB picture of that size whose rows ``fill`` gives, as many bytes as there is room for."""
    from PIL import Image

    picture = Image.new("RGB", (wide, high), None)  # uninitialised
    rows = max(1, STRIP // (3 * wide))
    room = bytearray(3 * wide * min(rows, high))
    for top in range(0, high, rows):
        rows = min(rows, high - top)
        fill(memoryview(room)[: 3 * wide * rows])
        strip = Image.frombuffer("RGB", (wide, rows), room, "raw", "RGB", 0, 1)
        picture.paste(strip, (0, top))
    return picture
