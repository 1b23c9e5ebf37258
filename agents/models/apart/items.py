"""The items of a call on their way to an engine's process: pictures as raw RGB, sound as float32, texts as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agents.decoding.pixels import assembled, strips
from agents.ports import Question, Sound

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.models.apart.wire import Wire

__all__ = ["described", "put", "taken"]

Item = Any  # Sound, Question, an Image or a text


def described(item: Item) -> dict[str, object]:
    """What is said of an item before its bytes."""
    if isinstance(item, str):
        return {"text": item}
    if isinstance(item, Sound):
        return {"samples": len(item.samples), "rate": item.rate}
    if isinstance(item, Question):
        return {"size": item.picture.size, "text": item.text}
    return {"size": item.size}


def put(wire: Wire, item: Item) -> None:
    """The bytes of an item, if it has any."""
    if isinstance(item, Sound):
        import numpy as np

        wire.put(np.ascontiguousarray(item.samples, np.float32).tobytes())
    elif not isinstance(item, str):
        picture: Image = item.picture if isinstance(item, Question) else item
        for strip in strips(picture if picture.mode == "RGB" else picture.convert("RGB")):
            wire.put(strip)


def taken(wire: Wire, told: Mapping[str, Any]) -> Item:
    """The item that was described so."""
    if "samples" in told:
        import numpy as np

        return Sound(np.frombuffer(wire.take(4 * told["samples"]), np.float32), told["rate"])
    if "size" not in told:
        return told["text"]
    wide, high = told["size"]
    picture = assembled(wide, high, wire.fill)
    return Question(picture, told["text"]) if "text" in told else picture
