"""What the language model is told, one file a language. The words users see are not here but in ``bot/texts``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["MediaPhrases", "Prompts", "prompts"]


@dataclass(frozen=True, slots=True)
class MediaPhrases:
    """The headings of perceived text."""

    photo: str
    shows: str
    perhaps: str
    answer: str
    text: str
    speech: str
    reply_to: str
    nothing: str


@dataclass(frozen=True, slots=True)
class Prompts:
    system: str
    media: MediaPhrases


@cache
def prompts(language: str) -> Prompts:
    """The phrases in ``en`` or ``zh``."""
    with (Path(__file__).parent / f"{language}.toml").open("rb") as file:
        told = tomllib.load(file)
    return Prompts(told["system"], MediaPhrases(**told["media"]))
