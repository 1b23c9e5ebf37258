"""What language models that transformers loads take beside their weights: what they have read, and are reading."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.models.headers.config import number
from agents.models.transformers.footprint import footprint, states, text_of, through, vision_of
from agents.models.transformers.options import LookingOptions, WritingOptions

if TYPE_CHECKING:
    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference

__all__ = ["vision_footprint", "writing_footprint"]

_CHUNK = {"cpu": 128}  # tokens that are read at once, see writer.py
_CHUNK_ELSEWHERE = 512
_COPIES = 2  # of keys and values, while several answers come together or part
_F32 = 4
_SCORES = 3  # times that the scores of a token are held


def writing_footprint(reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
    """Each item is one answer, as long as prompt and reply may be."""
    options = WritingOptions.of(reference)

    def standing(config: Mapping[str, Any], width: int) -> int:
        return options.cache + through(_CHUNK.get(kind, _CHUNK_ELSEWHERE), text_of(config), width)

    def work(config: Mapping[str, Any], width: int) -> int:
        return _answer(options, text_of(config), width)

    return footprint(reference, folder, kind, options.loading, work, items=options.slots, standing=standing)


def vision_footprint(reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
    """The same, with the pictures that go through together; prompts with pictures are read in one piece."""
    options, looking = WritingOptions.of(reference, images=True), LookingOptions.of(reference)

    def standing(config: Mapping[str, Any], width: int) -> int:
        text, vision = text_of(config), vision_of(config)
        side = max(1, number(vision, "patch_size", "spatial_patch_size", default=14))
        seen = through(looking.pixels // (side * side), vision, width) * looking.card.together
        return options.cache + seen + through(options.card.prompt_budget, text, width)

    def work(config: Mapping[str, Any], width: int) -> int:
        return _answer(options, text_of(config), width)

    return footprint(reference, folder, kind, options.loading, work, items=options.slots, standing=standing)


def _answer(options: WritingOptions, text: Mapping[str, Any], width: int) -> int:
    tokens = options.card.prompt_budget + options.card.reply_budget
    scores = _SCORES * number(text, "vocab_size", default=150_000) * _F32
    return (_COPIES if options.slots > 1 else 1) * states(tokens, text, width) + scores
