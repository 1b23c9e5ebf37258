"""Numbers that people hide in what they send, whatever it is, so that every answer tells what it is about."""

from __future__ import annotations

import io
import re
import wave
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["heard", "marks", "picture", "recording", "seen", "word"]

_WORD = re.compile(r"\bmark(\d+)\b")
_ROWS, _COLUMNS = 4, 6
_BLOCK = 24  # pixels
_RATE = 16_000  # Hz
_BEAT = 480  # samples of one bit
_LOUD, _FAINT = 0.5, 0.05


def word(number: int) -> str:
    return f"mark{number}"


def marks(text: str) -> list[int]:
    """The numbers in a text, each once, in order."""
    return list(dict.fromkeys(int(found) for found in _WORD.findall(text)))


def picture(number: int) -> bytes:
    """A JPEG of black and white squares: 24 bits."""
    from PIL import Image

    squares = np.kron(_bits(number).reshape(_ROWS, _COLUMNS), np.ones((_BLOCK, _BLOCK), np.uint8)) * np.uint8(255)
    stream = io.BytesIO()
    Image.fromarray(squares).save(stream, "JPEG", quality=85)
    return stream.getvalue()


def seen(image: Image) -> int:
    """The number in a picture of any size."""
    light = np.asarray(image.convert("L"), np.float32)
    rows = [int(light.shape[0] * (row + 0.5) / _ROWS) for row in range(_ROWS)]
    columns = [int(light.shape[1] * (column + 0.5) / _COLUMNS) for column in range(_COLUMNS)]
    return _number(light[np.ix_(rows, columns)].ravel() > 127)


def recording(number: int) -> bytes:
    """A WAV of a tone that is loud or faint: a loud beat, and 24 bits."""
    loudness = np.where(np.concatenate([[1], _bits(number)]) > 0, _LOUD, _FAINT)
    tone = np.sin(np.arange(len(loudness) * _BEAT) * (440 * 2 * np.pi / _RATE)) * np.repeat(loudness, _BEAT)
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setparams((1, 2, _RATE, 0, "NONE", ""))
        file.writeframes((tone * 32_000).astype("<i2").tobytes())
    return stream.getvalue()


def heard(samples: NDArray[np.float32]) -> int:
    """The number in a recording of 16 kHz."""
    beats = samples[: len(samples) // _BEAT * _BEAT].reshape(-1, _BEAT)
    loudness = np.sqrt(np.mean(beats**2, axis=1))
    return _number(loudness[1:25] > loudness[0] / 3)


def _bits(number: int) -> NDArray[np.uint8]:
    return np.array([number >> place & 1 for place in range(_ROWS * _COLUMNS)], np.uint8)


def _number(bits: NDArray[np.bool_]) -> int:
    return sum(1 << place for place, bit in enumerate(bits.tolist()) if bit)
