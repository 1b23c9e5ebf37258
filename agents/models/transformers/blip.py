"""BLIP: captions by ``blip:Salesforce/blip-image-captioning-base``, answers by ``blip:Salesforce/blip-vqa-base``.

A name is a repository of a hub or a local folder. The two are different checkpoints: each is refused in the other's
place. English only. Options: see blip_options.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.models.failures import on_device
from agents.models.transformers.blip_model import BlipModel
from agents.models.transformers.looking_footprint import blip_footprint
from agents.values import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference
    from agents.ports import Question

__all__ = ["BlipCaptioner", "BlipVisualQA"]


class BlipCaptioner(BlipModel):
    """Fills :class:`agents.ports.Captioner`: one sentence a picture."""

    architecture = "BlipForConditionalGeneration"

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return blip_footprint(reference, folder, kind, captions=True)

    @on_device
    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return [found for part in self._in_parts(pictures) for found in self._captioned(part)]

    def _captioned(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        import torch

        with torch.inference_mode():
            seen = self._model.vision_model(self._pixels(pictures))[0]
            return self._written(self._model.text_decoder, **_starting(self._model, seen))


class BlipVisualQA(BlipModel):
    """Fills :class:`agents.ports.VisualQA`: one answer a question, of a few words."""

    architecture = "BlipForQuestionAnswering"

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return blip_footprint(reference, folder, kind, captions=False)

    @on_device
    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]:
        return [found for part in self._in_parts(questions) for found in self._answered(part)]

    def _answered(self, questions: Sequence[Question]) -> list[list[Finding]]:
        """The pictures together, then the questions of one length together.

        The text decoder of transformers 5.23 looks at the padding of shorter questions, whatever mask it is given, so
        that the company a question is in would change its answer.
        """
        import torch

        asked = [self._asked(question.text) for question in questions]
        found: list[list[Finding]] = [[] for _ in questions]
        with torch.inference_mode():
            seen = self._model.vision_model(self._pixels([question.picture for question in questions]))[0]
            for length in sorted({len(ids) for ids in asked}):
                numbers = [number for number, ids in enumerate(asked) if len(ids) == length]
                read = torch.tensor([asked[number] for number in numbers], device=seen.device)
                states = self._model.text_encoder(input_ids=read, encoder_hidden_states=seen[numbers])[0]
                written = self._written(self._model.text_decoder, **_starting(self._model, states))
                for number, one in zip(numbers, written, strict=True):
                    found[number] = one
        return found

    def _asked(self, text: str) -> list[int]:
        """The question's tokens, cut to what the model reads."""
        longest = min(self._model.config.text_config.max_position_embeddings, self._tokenizer.model_max_length)
        plain = self._question(text, longest)
        return list(self._tokenizer(plain, truncation=True, max_length=longest).input_ids)


def _starting(model: Any, states: Any) -> dict[str, Any]:
    """What the text decoder writes from: its first token, and the states that it looks at."""
    import torch

    config = model.config.text_config
    first = torch.full((len(states), 1), config.bos_token_id, device=states.device)
    return {
        "input_ids": first,
        "attention_mask": torch.ones_like(first),
        "encoder_hidden_states": states,
        "eos_token_id": config.sep_token_id,
        "pad_token_id": config.pad_token_id,
    }
