"""BLIP: captions by ``blip:Salesforce/blip-image-captioning-base``, answers by ``blip:Salesforce/blip-vqa-base``.

A name is a repository of a hub or a local folder. The two are different checkpoints: each is refused in the other's
place. English only. Options: see blip_options.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.models.transformers.blip_model import BlipModel
from agents.values import Finding

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.ports import Question

__all__ = ["BlipCaptioner", "BlipVisualQA"]


class BlipCaptioner(BlipModel):
    """Fills :class:`agents.ports.Captioner`: one sentence a picture."""

    architecture = "BlipForConditionalGeneration"

    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return [found for part in self._in_parts(pictures) for found in self._captioned(part)]

    def _captioned(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        import torch

        with torch.inference_mode():
            seen = self._model.vision_model(self._pixels(pictures))[0]
            return self._written(self._model.text_decoder, **_starting(self._model, seen, None))


class BlipVisualQA(BlipModel):
    """Fills :class:`agents.ports.VisualQA`: one answer a question, of a few words."""

    architecture = "BlipForQuestionAnswering"

    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]:
        return [found for part in self._in_parts(questions) for found in self._answered(part)]

    def _answered(self, questions: Sequence[Question]) -> list[list[Finding]]:
        import torch

        asked = self._asked([question.text for question in questions])
        with torch.inference_mode():
            seen = self._model.vision_model(self._pixels([question.picture for question in questions]))[0]
            read = self._model.text_encoder(**asked, encoder_hidden_states=seen)[0]
            # not the model's own generate: it reads the padding of shorter questions, so that company changes answers
            return self._written(self._model.text_decoder, **_starting(self._model, read, asked["attention_mask"]))

    def _asked(self, texts: Sequence[str]) -> Any:
        """Token ids and attention mask, shape (questions, longest), cut to what the model reads."""
        longest = min(self._model.config.text_config.max_position_embeddings, self._tokenizer.model_max_length)
        return self._tokenizer(
            [self._question(text, longest) for text in texts],
            padding=True,
            padding_side="right",  # positions are counted from the left
            truncation=True,
            max_length=longest,
            return_tensors="pt",
            return_token_type_ids=False,
        ).to(self._model.device)


def _starting(model: Any, states: Any, mask: Any) -> dict[str, Any]:
    """What the text decoder writes from: its first token, and states that it may look at where the mask is 1."""
    import torch

    config = model.config.text_config
    first = torch.full((len(states), 1), config.bos_token_id, device=states.device)
    return {
        "input_ids": first,
        "attention_mask": torch.ones_like(first),
        "encoder_hidden_states": states,
        "encoder_attention_mask": torch.ones(states.shape[:2], device=states.device) if mask is None else mask,
        "eos_token_id": config.sep_token_id,
        "pad_token_id": config.pad_token_id,
    }
