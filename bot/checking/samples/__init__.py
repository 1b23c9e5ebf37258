"""What a model is tried on: a voice, pictures that are drawn when they are needed, sentences. Nothing of anybody's.

``voice.ogg``: "What does the sign say?", spoken by Debian's flite, voice slt.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.ports import Question

__all__ = ["GREETING", "Sample", "circle", "sample"]

GREETING = "Say hello in one short sentence."
_MINUTES = 1.0
_SIZE = (384, 384)  # pixels


@dataclass(frozen=True, slots=True)
class Sample:
    """``item`` for the sense to perceive; ``expected`` is a word that a right answer holds, where there is one."""

    item: Any
    expected: str = ""


def sample(role: str) -> Sample:
    """For the sense of that role."""
    match role:
        case "asr":
            return Sample(_voice(), "sign")
        case "emotion":
            return Sample(_voice())
        case "caption":
            return Sample(circle())
        case "vqa":
            return Sample(Question(circle(), "What color is the circle?"), "red")
        case "ocr":
            return Sample(_sign(), "PARLEY")
        case "sentiment":
            return Sample("I love this, thank you so much!", "positive")
        case "langid":
            return Sample("Guten Morgen, wie ist heute das Wetter in Berlin?", "de")
    return Sample("The train to London was late again.")


def circle() -> Any:
    """A red circle on white."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", _SIZE, "white")
    ImageDraw.Draw(picture).ellipse((92, 92, 292, 292), fill="red")
    return picture


def _sign() -> Any:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (480, 160), "white")
    ImageDraw.Draw(picture).text((40, 40), "PARLEY 42", fill="black", font_size=64)
    return picture


def _voice() -> Any:
    from agents.sounds import decode

    return decode(Path(__file__).with_name("voice.ogg").read_bytes(), max_minutes=_MINUTES)
