"""BLIP-2: captions and answers by one loaded model, ``blip2:Salesforce/blip2-opt-2.7b`` or ``blip2-flan-t5-xl``.

A name is a repository of a hub or a local folder. English only. Options: see blip_options.py. References that are equal
share the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable
from agents.models.failures import on_device
from agents.models.marks import Marks
from agents.models.transformers.blip_model import BlipModel
from agents.models.transformers.conversation import special_tokens
from agents.models.transformers.looking_footprint import blip2_footprint
from agents.models.transformers.text import padding_left
from agents.values import Finding

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference
    from agents.ports import Question

__all__ = ["Blip2"]

_FRAME = "Question: {} Answer:"  # as BLIP-2 was asked when it was measured (arXiv:2301.12597, section 4.1)
_SLACK = 8  # tokens: a question that was cut may be read as a few more than were left of it
_WINDOW = 512  # tokens, where the language model tells none


class Blip2(BlipModel):
    """Fills :class:`agents.ports.Captioner` and :class:`agents.ports.VisualQA`."""

    architecture = "Blip2ForConditionalGeneration"

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return blip2_footprint(reference, folder, kind)

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        super().__init__(reference, folder)
        config = self._model.config
        if config.image_token_id is None:
            raise ModelUnavailable(
                self.card.reference, "its config.json names no image token: take a newer revision of it"
            )
        padding_left(self._tokenizer)
        mark = self._tokenizer.convert_ids_to_tokens(config.image_token_id)
        self._marks = Marks([*special_tokens(self._tokenizer), *([mark] if isinstance(mark, str) else [])])
        window = getattr(config.text_config, "max_position_embeddings", None) or _WINDOW
        frame = len(self._tokenizer(_FRAME.format("")).input_ids) + _SLACK
        self._longest = max(1, window - config.num_query_tokens - self._tokens - frame)

    @on_device
    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return [found for part in self._in_parts(pictures) for found in self._said(part, [""] * len(part))]

    @on_device
    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]:
        return [
            found
            for part in self._in_parts(questions)
            for found in self._said([one.picture for one in part], [self._framed(one.text) for one in part])
        ]

    def _framed(self, text: str) -> str:
        """The question as the model knows questions, cut to what it reads."""
        asked = self._tokenizer(self._question(text, self._longest), add_special_tokens=False).input_ids
        return _FRAME.format(self._tokenizer.decode(asked[: self._longest]).strip())

    def _said(self, pictures: Sequence[Image], prompts: Sequence[str]) -> list[list[Finding]]:
        import torch

        with torch.inference_mode():
            pixels = self._pixels(pictures)
            return self._written(self._model, pixel_values=pixels, **self._prompted(prompts))

    def _prompted(self, prompts: Sequence[str]) -> Any:
        """Token ids and attention mask, shape (prompts, longest): the places of the picture, then the words."""
        places = [self._model.config.image_token_id] * self._model.config.num_query_tokens
        rows = [places + self._tokenizer(prompt).input_ids for prompt in prompts]
        return self._tokenizer.pad({"input_ids": rows}, return_tensors="pt").to(self._model.device)
