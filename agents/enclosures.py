"""A photo or recording of the present turn as a language model takes it, beside what the senses perceived in it.

It is made of decoded pixels and samples: nothing of the sender's bytes, and so none of what else they hold, goes on.
"""

from __future__ import annotations

import asyncio
import base64
import io
import wave
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.enclosing import PICTURE_TOKENS, SOUND_TOKENS
from agents.ports import Sound

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Enclosure", "enclose"]

_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Enclosure:
    """``block`` is a content block of a message as OpenAI's API writes it; ``tokens`` what it costs, from above."""

    part: int
    is_photo: bool
    block: dict[str, Any] = field(repr=False)
    tokens: int


async def enclose(part: int, item: Image | Sound, side: int) -> Enclosure:
    """The decoded item of this part, encoded in a thread; ``side``: pixels of a picture's longer side at most."""
    return await asyncio.to_thread(_made, part, item, side)


def _made(part: int, item: Image | Sound, side: int) -> Enclosure:
    return _recording(part, item) if isinstance(item, Sound) else _photo(part, item, side)


def _photo(part: int, picture: Image, side: int) -> Enclosure:
    scale = side / max(picture.size)
    width, height = (max(round(length * scale), 1) for length in picture.size)
    small = picture.resize((width, height), reducing_gap=3.0) if scale < 1 else picture.copy()
    small.info.clear()  # comments and colour profiles would be written again
    file = io.BytesIO()
    small.save(file, "JPEG", quality=_QUALITY)
    url = f"data:image/jpeg;base64,{_base64(file)}"
    return Enclosure(part, True, {"type": "image_url", "image_url": {"url": url}}, PICTURE_TOKENS[side])


def _recording(part: int, sound: Sound) -> Enclosure:
    import numpy as np

    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setparams((1, 2, sound.rate, 0, "NONE", ""))
        recording.writeframes((np.clip(sound.samples, -1.0, 1.0) * 32_767).astype("<i2").tobytes())
    block = {"type": "input_audio", "input_audio": {"data": _base64(file), "format": "wav"}}
    return Enclosure(part, False, block, round(sound.seconds * SOUND_TOKENS) + 1)


def _base64(file: io.BytesIO) -> str:
    return base64.b64encode(file.getbuffer()).decode("ascii")
