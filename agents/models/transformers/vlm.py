"""A vision-language model: captions, answers about pictures and chat from one loaded model.

``vlm:Qwen/Qwen2.5-VL-3B-Instruct`` or the path of a folder: any architecture of AutoModelForImageTextToText that comes
with a processor and a chat template (Qwen2.5-VL, Qwen3-VL, SmolVLM2, LLaVA, LLaVA-OneVision, InternVL). No code that
comes with a model is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable
from agents.models.failures import on_device
from agents.models.likelihood import likelihood
from agents.models.marks import Marks
from agents.models.picture_words import CAPTION, asked
from agents.models.transformers.alone import alone
from agents.models.transformers.conversation import fitted, special_tokens, takes_system
from agents.models.transformers.loading import FILES, kind_of, load, place_of, translated
from agents.models.transformers.options import LookingOptions, WritingOptions
from agents.models.transformers.sampler import sampling
from agents.models.transformers.text import padding_left, switches
from agents.models.transformers.writer import Writer, decoding, window
from agents.models.transformers.writing_footprint import vision_footprint
from agents.untrusted import plain
from agents.values import Finding

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from PIL.Image import Image

    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference
    from agents.ports import Card, Question

__all__ = ["VisionLanguageModel"]

_NO_PROCESSOR = "the files of its processor are missing or damaged: processor_config.json, tokenizer.json or the like"
_SIGHT = 16_384  # tokens for one picture and what is asked: LLaVA-OneVision takes 7,300 for a large one
_NOT_AN_IMAGE_MODEL = "it takes no pictures: its type {} is no vision-language model"


class VisionLanguageModel(Writer):
    """Fills ``Captioner`` and ``VisualQA``, and serves the language model; see llm.py.

    Raises ModelUnavailable when it does not load, and ModelRefused for a question that does not fit.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""
        WritingOptions.of(reference, images=True)
        return LookingOptions.of(reference).card

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        """What is needed of a repository."""
        return FILES

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        return vision_footprint(reference, folder, kind)

    @alone
    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        from transformers import AutoModelForImageTextToText

        writing, looking = WritingOptions.of(reference, images=True), LookingOptions.of(reference)
        self.card = looking.card
        self._pixels, self._brief = looking.pixels, looking.brief
        self._reference = str(reference)
        place = place_of(self._reference, reference.name, folder)
        self._processor = _processor(place, self._reference)
        self._tokenizer = padding_left(self._processor.tokenizer)
        self._switches = switches(self._processor.chat_template)
        self._marks = Marks([*special_tokens(self._tokenizer), *_places(self._processor)])
        self._system = takes_system(self._processor.apply_chat_template)
        self._model = load(AutoModelForImageTextToText, place, writing.loading, self._reference, writes=True)
        self._window = window(self._model, writing.card.context_window)
        self._sight = window(self._model, max(_SIGHT, writing.card.context_window))
        self._ready(writing)

    @on_device
    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        """One sentence about each picture."""
        return self._said([self._asked(picture, CAPTION) for picture in pictures])

    @on_device
    def answer(self, questions: Sequence[Question]) -> list[list[Finding]]:
        """One short answer to each question."""
        return self._said([self._asked(question.picture, asked(question.text)) for question in questions])

    def _asked(self, picture: Image, words: str) -> list[dict[str, Any]]:
        text = self._marks.taken_from(words)
        return [{"role": "user", "content": [{"type": "image", "image": picture}, {"type": "text", "text": text}]}]

    def _said(self, chats: list[list[dict[str, Any]]]) -> list[list[Finding]]:
        if not chats:
            return []
        import torch

        inputs = self._tensors(chats)
        prompt = inputs["input_ids"].shape[1]
        with torch.inference_mode():
            written = self._model.generate(
                **inputs,
                max_new_tokens=self._room(prompt, self._brief, self._sight),
                return_dict_in_generate=True,
                output_logits=True,
                pad_token_id=self._tokenizer.pad_token_id,
                **sampling(0, 1),
            )
            tokens = written.sequences[:, prompt:]
            logprobs = _logprobs(tokens, written.logits)
        return [self._finding(said, told) for said, told in zip(tokens.tolist(), logprobs.tolist(), strict=True)]

    def _finding(self, tokens: list[int], logprobs: list[float]) -> list[Finding]:
        """What was said with how likely its tokens were, those that are only marks left out."""
        marks = set(self._tokenizer.all_special_ids)
        said = [(token, told) for token, told in zip(tokens, logprobs, strict=True) if token not in marks]
        text = " ".join(plain(decoding(self._tokenizer)([token for token, _ in said])).split())
        sure = likelihood(told for _, told in said)
        return [Finding(text, sure)] if text and sure is not None else []

    def _inputs(self, messages: Sequence[BaseMessage]) -> Any:
        return self._tensors([self._turns(messages)])

    def _tensors(self, chats: list[list[dict[str, Any]]]) -> Any:
        """Tensors of a batch; pictures are scaled to the bound first. Raises ModelRefused."""
        for part in (part for chat in chats for turn in chat for part in turn["content"] if part["type"] == "image"):
            part["image"] = fitted(part["image"], self._pixels)
        with self._templating():
            tensors = self._processor.apply_chat_template(
                chats,
                add_generation_prompt=True,
                tokenize=True,
                return_dict=True,
                return_tensors="pt",
                processor_kwargs={"padding": True},
                **self._switches,
            )
        return tensors.to(self._model.device, self._model.dtype)


def _logprobs(tokens: Any, logits: Sequence[Any]) -> Any:
    """The logarithm of each token's probability, (batch, n), of (batch, n) tokens and n times (batch, vocabulary).

    Step by step: transformers' own compute_transition_scores holds the whole thrice, hundreds of megabytes.
    """
    import torch

    steps = zip(tokens.T, logits, strict=True)
    return torch.stack([step.log_softmax(-1).gather(1, chosen[:, None])[:, 0] for chosen, step in steps], dim=1)


def _processor(place: Path, reference: str) -> Any:
    """The processor of a model that looks at pictures and chats about them. Raises ModelUnavailable."""
    from transformers import AutoProcessor
    from transformers.models.auto.modeling_auto import MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES

    if (kind := kind_of(place, reference)) not in MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise ModelUnavailable(reference, _NOT_AN_IMAGE_MODEL.format(kind))
    automatic: Any = AutoProcessor
    with translated(reference, _NO_PROCESSOR):
        processor = automatic.from_pretrained(str(place), local_files_only=True, trust_remote_code=False)
    if not hasattr(processor, "image_processor"):
        raise ModelUnavailable(reference, _NO_PROCESSOR)
    if not processor.chat_template:
        raise ModelUnavailable(reference, f"it has no chat template: {kind} cannot be asked as vlm")
    return processor


def _places(processor: Any) -> list[str]:
    """The marks of pictures and films, which some processors look for as mere text."""
    return [mark for name in ("image_token", "video_token") if isinstance(mark := getattr(processor, name, None), str)]
