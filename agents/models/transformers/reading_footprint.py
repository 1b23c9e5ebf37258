"""What texts and recordings take on their way through encoders that transformers loads."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.models.headers import HeaderDamaged
from agents.models.headers.config import number
from agents.models.transformers.footprint import footprint, through
from agents.models.transformers.reading import Reading

if TYPE_CHECKING:
    from agents.models.footprint import Footprint
    from agents.models.options import Options
    from agents.models.reference import ModelReference

__all__ = ["hearing_footprint", "reading_footprint"]

_RATE = 16_000  # Hz
_MOST_LAYERS = 32
_HELD = 2.5  # arrays of the first, longest layer of a sound's encoder that are held at once
_FRAMES = 50  # a second, where the encoder does not say


def reading_footprint(
    reference: ModelReference, folder: Path | None, kind: str, options: Options, *, together: int
) -> Footprint | None:
    """Of an encoder of texts, each as long as it reads."""
    most = Reading.check(options)

    def work(config: Mapping[str, Any], width: int) -> int:
        tokens = min(most, number(config, "max_position_embeddings", default=most))
        return through(tokens, config, width, together=together)

    return footprint(reference, folder, kind, options, work, items=together)


def hearing_footprint(
    reference: ModelReference, folder: Path | None, kind: str, options: Options, *, seconds: int, together: int
) -> Footprint | None:
    """Of an encoder of sound whose first layers are convolutions over samples (wav2vec 2.0, HuBERT, WavLM)."""

    def work(config: Mapping[str, Any], width: int) -> int:
        samples, strides, wide = seconds * _RATE, _numbers(config, "conv_stride"), _numbers(config, "conv_dim")
        if not strides or not wide:
            return through(seconds * _FRAMES, config, width)
        first = samples // max(1, strides[0]) * wide[0] * width
        return int(_HELD * first) + through(samples // max(1, prod(strides)), config, width)

    return footprint(reference, folder, kind, options, work, items=together)


def _numbers(config: Mapping[str, Any], name: str) -> list[int]:
    found = config.get(name, [])
    if not isinstance(found, list) or len(found) > _MOST_LAYERS:
        raise HeaderDamaged(name)
    if not all(isinstance(one, int) and 0 <= one < 1 << 20 for one in found):
        raise HeaderDamaged(name)
    return found
