"""What the language model is told, one file a language. The words users see are not here but in ``bot/texts``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["MediaPhrases", "Prompts", "prompts"]


@dataclass(frozen=True, slots=True)
class MediaPhrases:
    """The headings of perceived text; ``nothing`` and ``look`` stand in for words that are not there."""

    photo: str
    shows: str
    perhaps: str
    answer: str
    guess: str
    text: str
    speech: str
    video: str
    soundtrack: str
    maybe: str
    document: str
    cut: str
    written: str
    recording: str
    caption: str
    forwarded: str
    forwarded_words: str
    wordless: str
    reply_to: str
    nothing: str
    look: str


@dataclass(frozen=True, slots=True)
class Prompts:
    """``crowd`` goes after ``system`` where several people talk, ``chosen`` where this language was chosen for answers.

    ``enclosed`` does for a model that takes photos or recordings themselves.
    """

    system: str
    crowd: str
    chosen: str
    enclosed: str
    media: MediaPhrases


@cache
def prompts(language: str) -> Prompts:
    """The phrases in ``en`` or ``zh``."""
    with (Path(__file__).parent / f"{language}.toml").open("rb") as file:
        told = tomllib.load(file)
    return Prompts(told["system"], told["crowd"], told["chosen"], told["enclosed"], MediaPhrases(**told["media"]))
