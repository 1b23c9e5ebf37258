"""Tiny models that are made once in a test process and kept until it ends."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.tiny.text import save_text_model
from tests.tiny.vision import save_vision_model

__all__ = ["text_model", "vision_model"]


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="parley-tiny-")


@cache
def text_model() -> Path:
    """The folder of a tiny model that writes."""
    return save_text_model(Path(_kept().name) / "text")


@cache
def vision_model(family: str = "LLaVA") -> Path:
    """The folder of a tiny model of the family; only LLaVA's processor does without torchvision."""
    return save_vision_model(family, Path(_kept().name) / family)
