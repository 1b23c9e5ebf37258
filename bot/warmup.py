"""What each sense works on once while it loads, so that the first person does not wait longer than the fifth."""

from __future__ import annotations

from typing import Any

from agents.ports import Card, Question, Sound

__all__ = ["first_item", "first_words"]

_WORDS = {"en": "What a fine day", "zh": "今天天气真好"}
_SIZE = (480, 160)  # pixels: small, since it costs time at every start
_SECONDS = 1


def first_item(role: str) -> Any:
    """An item for the sense of that role: a picture with a word in it, a question about it, silence, or words."""
    if role in {"asr", "emotion"}:
        return _silence()
    if role in {"sentiment", "langid", "embeddings", "tts"}:
        return _WORDS["en"]
    return Question(_picture(), "What does it say?") if role == "vqa" else _picture()


def first_words(card: Card) -> tuple[str, str]:
    """Words for a model that speaks, in a language that it says it knows, and that language."""
    language = "en" if card.languages is None or "en" in card.languages or "zh" not in card.languages else "zh"
    return _WORDS[language], language


def _picture() -> Any:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", _SIZE, "white")
    ImageDraw.Draw(picture).text((40, 40), "PARLEY", fill="black", font_size=64)
    return picture


def _silence() -> Any:
    import numpy as np

    return Sound(np.zeros(_SECONDS * 16_000, dtype=np.float32))
