"""What pictures take on their way through models that transformers loads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.models.headers.config import number
from agents.models.transformers.blip_options import BlipOptions
from agents.models.transformers.footprint import attention, footprint, patches, states, text_of, through, vision_of

if TYPE_CHECKING:
    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference

__all__ = ["blip2_footprint", "blip_footprint"]

_F32 = 4
_SCORES = 4  # times that the scores of every token and step are held: as they are, normalised, chosen from
_WORDS = 64  # tokens of a question


def blip_footprint(reference: ModelReference, folder: Path | None, kind: str, *, captions: bool) -> Footprint | None:
    """A captioner keeps keys and values of the whole picture for every layer, one that answers only of the question."""
    options = BlipOptions.of(reference)

    def work(config: Mapping[str, Any], width: int) -> int:
        text, seen = text_of(config), patches(vision_of(config))
        looked_at = options.beams * states(seen if captions else _WORDS, text, width)
        return _looking(config, width) + looked_at + _scores(options, text)

    return footprint(reference, folder, kind, options.loading, work, items=options.card.together)


def blip2_footprint(reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
    options = BlipOptions.of(reference)

    def work(config: Mapping[str, Any], width: int) -> int:
        text = text_of(config)
        prompt = number(config, "num_query_tokens", default=32) + _WORDS
        written = options.beams * states(prompt + options.tokens, text, width)
        return _looking(config, width) + through(prompt, text, width) + written + _scores(options, text)

    return footprint(reference, folder, kind, options.loading, work, items=options.card.together)


def _looking(config: Mapping[str, Any], width: int) -> int:
    vision = vision_of(config)
    return through(patches(vision), vision, width) + attention(patches(vision), vision, width)


def _scores(options: BlipOptions, text: Mapping[str, Any]) -> int:
    return _SCORES * options.tokens * options.beams * number(text, "vocab_size", default=30_000) * _F32
