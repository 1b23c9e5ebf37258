"""What the three kinds of BLIP have in common: loading with the right kind, pictures in, findings out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from agents.errors import ModelUnavailable
from agents.models.likelihood import likelihood
from agents.models.marks import Marks
from agents.models.transformers.alone import alone
from agents.models.transformers.blip_options import BlipOptions
from agents.models.transformers.conversation import special_tokens
from agents.models.transformers.loaded import Loaded
from agents.models.transformers.loading import FILES, load, place_of, translated
from agents.models.transformers.text import tokenizer_of
from agents.values import Finding

if TYPE_CHECKING:
    from PIL.Image import Image

    from agents.models.reference import ModelReference
    from agents.ports import Card

__all__ = ["BlipModel"]

ItemT = TypeVar("ItemT")
_LARGEST_CONFIG = 1_000_000  # bytes
_CHARACTERS = 20  # a token has fewer: what of a question is beyond is cut before the tokenizer sees it
_ROLES = {
    "BlipForConditionalGeneration": "BLIP captioner",
    "BlipForQuestionAnswering": "BLIP model for questions",
    "Blip2ForConditionalGeneration": "BLIP-2 model",
}
_REMEDIES = {
    "BlipForConditionalGeneration": "name it as PARLEY_CAPTION=blip:...",
    "BlipForQuestionAnswering": "name it as PARLEY_VQA=blip:...",
    "Blip2ForConditionalGeneration": "begin its reference with blip2:",
}


class BlipModel(Loaded):
    """A subclass names the ``architecture`` it runs, as config.json and transformers call it.

    Raises ModelUnavailable when the folder holds another one, lacks files or holds damaged ones.
    """

    architecture: str

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        return BlipOptions.of(reference).card

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        """What is needed of a repository."""
        return FILES

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        options = BlipOptions.of(reference)
        self.card, self._beams, self._tokens = options.card, options.beams, options.tokens
        place = place_of(self.card.reference, reference.name, folder)
        _require(self.architecture, place, self.card.reference)
        self._load(place, options)

    @alone
    def _load(self, place: Path, options: BlipOptions) -> None:
        import transformers

        name = self.card.reference
        self._images = _images(place, name)
        self._tokenizer = tokenizer_of(place, name)
        self._model = load(getattr(transformers, self.architecture), place, options.loading, name)
        if len(self._tokenizer) > self._model.get_input_embeddings().num_embeddings:
            raise ModelUnavailable(name, "its tokenizer belongs to another model")
        self._marks = Marks(special_tokens(self._tokenizer))

    def _in_parts(self, items: Sequence[ItemT]) -> Iterator[Sequence[ItemT]]:
        """As many at once as the card says."""
        most = self.card.together
        return (items[start : start + most] for start in range(0, len(items), most))

    def _pixels(self, pictures: Sequence[Image]) -> Any:
        """Where the model is and in its precision, shape (pictures, 3, side, side), whatever their sizes were."""
        import numpy as np
        import torch

        pixels = torch.from_numpy(np.stack(self._images(list(pictures))["pixel_values"]))
        return pixels.to(self._model.device, self._model.dtype)

    def _question(self, text: str, tokens: int) -> str:
        """The question without what acts as a mark, and short enough for its ``tokens`` not to be far exceeded."""
        return self._marks.taken_from(text[: tokens * _CHARACTERS])

    def _written(self, writer: Any, **inputs: Any) -> list[list[Finding]]:
        """What ``writer.generate`` writes after the inputs, one finding an item."""
        written = writer.generate(
            **inputs,
            max_new_tokens=self._tokens,
            num_beams=self._beams,
            do_sample=False,
            return_dict_in_generate=True,
            output_logits=True,
        )
        logprobs = writer.compute_transition_scores(
            written.sequences, written.logits, getattr(written, "beam_indices", None), normalize_logits=True
        )
        new = written.sequences[:, -logprobs.shape[1] :]
        return [self._finding(*one) for one in zip(new.tolist(), logprobs.tolist(), strict=True)]

    def _finding(self, tokens: Sequence[int], logprobs: Sequence[float]) -> list[Finding]:
        """The words and how likely they were; marks are left out of both."""
        marks = set(self._tokenizer.all_special_ids)
        said = [(token, told) for token, told in zip(tokens, logprobs, strict=True) if token not in marks]
        text = " ".join(self._tokenizer.decode([token for token, _ in said]).split())
        sure = likelihood(told for _, told in said)
        return [Finding(text, sure, "en")] if text and sure is not None else []


def _require(architecture: str, place: Path, reference: str) -> None:
    """Raises ModelUnavailable where config.json names another architecture; some would load and answer nonsense."""
    try:
        with (place / "config.json").open("rb") as file:
            config = json.loads(file.read(_LARGEST_CONFIG))
        found, kind = config.get("architectures") or [], config.get("model_type")
    except (OSError, ValueError, AttributeError) as exc:
        raise ModelUnavailable(reference, "its config.json cannot be read") from exc
    if architecture in found:
        return
    other = next((name for name in _ROLES if name in found), None)
    if other is None:
        told = f"its type is {kind}" if isinstance(kind, str) and kind.isidentifier() else "config.json names no type"
        raise ModelUnavailable(reference, f"it is no {_ROLES[architecture]}: {told}")
    raise ModelUnavailable(reference, f"it is no {_ROLES[architecture]} but a {_ROLES[other]}: {_REMEDIES[other]}")


def _images(place: Path, reference: str) -> Any:
    """The image processor that works on PIL's pictures: the default one needs torchvision."""
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    with translated(reference, "the file of its image processor is missing or damaged: preprocessor_config.json"):
        return BlipImageProcessorPil.from_pretrained(str(place), local_files_only=True)
