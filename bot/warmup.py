"""What each sense works on once while it loads, so that the first person does not wait longer than the fifth."""

from __future__ import annotations

from typing import Any

from agents.ports import Question, Sound

__all__ = ["first_item"]

_SIZE = (480, 160)  # pixels: small, since it costs time at every start
_SECONDS = 1


def first_item(role: str) -> Any:
    """An item for the sense of that role: a picture with a word in it, a question about it, silence, or words."""
    if role in {"asr", "emotion"}:
        return _silence()
    if role in {"sentiment", "langid", "embeddings"}:
        return "What a fine day"
    return Question(_picture(), "What does it say?") if role == "vqa" else _picture()


def _picture() -> Any:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", _SIZE, "white")
    ImageDraw.Draw(picture).text((40, 40), "PARLEY", fill="black", font_size=64)
    return picture


def _silence() -> Any:
    import numpy as np

    return Sound(np.zeros(_SECONDS * 16_000, dtype=np.float32))
