"""Tiny models that are made once in a test process and kept until it ends."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.tiny.blip2 import save_blip2
from tests.tiny.readers import save_encoder, save_sound_classifier, save_text_classifier
from tests.tiny.text import save_text_model
from tests.tiny.vision import save_vision_model

__all__ = ["blip2_model", "encoder", "sound_classifier", "text_classifier", "text_model", "vision_model"]


@cache
def _kept() -> TemporaryDirectory[str]:
    import torch

    torch.set_num_threads(1)  # more only wait for each other over matrices this small
    return TemporaryDirectory(prefix="parley-tiny-")


@cache
def text_model() -> Path:
    """The folder of a tiny model that writes."""
    return save_text_model(Path(_kept().name) / "text")


@cache
def vision_model(family: str = "LLaVA") -> Path:
    """The folder of a tiny model of the family; only LLaVA's processor does without torchvision."""
    return save_vision_model(family, Path(_kept().name) / family)


@cache
def blip2_model(writer: str = "opt") -> Path:
    """The folder of a tiny BLIP-2 over a language model of the family: ``opt`` or ``t5``."""
    return save_blip2(writer, Path(_kept().name) / f"blip2-{writer}")


@cache
def text_classifier() -> Path:
    """The folder of a tiny model that tells moods from texts."""
    return save_text_classifier(Path(_kept().name) / "text-classifier", ["negative", "neutral", "positive"])


@cache
def sound_classifier() -> Path:
    """The folder of a tiny model that tells emotions from sound."""
    return save_sound_classifier(Path(_kept().name) / "sound-classifier", ["neutral", "happy", "angry", "sad"])


@cache
def encoder() -> Path:
    """The folder of a tiny model that makes vectors of texts."""
    return save_encoder(Path(_kept().name) / "encoder")
