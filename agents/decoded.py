"""Media once they are decoded: what senses are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.values import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

__all__ = ["Decoded", "DocumentText", "Footage", "Frame", "Question", "Sound"]


@dataclass(frozen=True, slots=True)
class Sound:
    """Decoded sound: float32, shape (n,), mono, 16 kHz, in [-1, 1]."""

    samples: NDArray[np.float32]
    rate: int = 16_000

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True)
class Frame:
    """What a stretch of a video looks like: one upright RGB picture of at most a megapixel."""

    picture: Image
    span: Span


@dataclass(frozen=True, slots=True)
class Footage:
    """A video as far as it is looked at: a frame a scene, in order, and its sound track, if there is one.

    ``seconds`` it lasts in all, of which ``read`` were taken in, from the beginning.
    """

    frames: tuple[Frame, ...]
    sound: Sound | None
    seconds: float
    read: float


@dataclass(frozen=True, slots=True)
class DocumentText:
    """What a file says. ``read`` of its ``pages`` were read, 0 where it has none; ``cut``: not all of it is here.

    ``blank``: pages that were read and gave no text, as scanned and damaged ones.
    """

    text: str
    pages: int = 0
    read: int = 0
    cut: bool = False
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one upright RGB picture."""

    picture: Image
    text: str


if TYPE_CHECKING:
    Decoded = Image | Sound | Footage | DocumentText
