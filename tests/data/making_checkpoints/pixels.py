"""The pictures as tensors: as they are, and as JPEG damages them."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image

from tests.easy_vqa import as_jpeg, picture

__all__ = ["damaged", "tensors", "turned"]

_QUALITIES = (60, 95)


def damaged(numbers: Sequence[int], seed: int) -> list[Image.Image]:
    """Pictures of the training half, compressed as a messenger might."""
    dice = random.Random(seed)
    return [as_jpeg(picture(at, False), dice.randint(*_QUALITIES)) for at in numbers]


def tensors(images: object, pictures: Sequence[Image.Image]) -> torch.Tensor:
    """Float32, shape (n, 3, 64, 64), as the image processor ``images`` makes them."""
    return torch.from_numpy(np.stack(images(list(pictures))["pixel_values"]))  # type: ignore[operator]


def turned(pixels: torch.Tensor, dice: torch.Generator) -> torch.Tensor:
    """Half of them mirrored left to right: what they show stays true."""
    chosen = torch.rand(len(pixels), generator=dice) < 0.5
    return torch.where(chosen[:, None, None, None], pixels.flip(3), pixels)
