"""What the items of senses hold of this process' memory while they wait for a model."""

from __future__ import annotations

from typing import Any

from agents.ports import Question, Sound

__all__ = ["weight"]


def weight(item: Any) -> int:
    """Bytes: of a picture's pixels or a sound's samples; anything else counts nothing."""
    from PIL.Image import Image

    if isinstance(item, Question):
        item = item.picture
    if isinstance(item, Sound):
        return item.samples.nbytes
    return item.width * item.height * len(item.getbands()) if isinstance(item, Image) else 0
