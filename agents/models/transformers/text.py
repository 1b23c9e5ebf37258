"""A chat model that reads and writes text: any architecture of AutoModelForCausalLM with a chat template."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelRefused, ModelUnavailable
from agents.models.marks import Marks
from agents.models.transformers.alone import alone
from agents.models.transformers.conversation import special_tokens, takes_system
from agents.models.transformers.loading import kind_of, load, place_of, translated
from agents.models.transformers.options import WritingOptions
from agents.models.transformers.writer import Writer, window

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from agents.models.reference import ModelReference

__all__ = ["TextModel", "padding_left", "switches", "tokenizer_of"]


_TOKENIZERS = ("tokenizer.json", "*.model", "vocab.*", "*.tiktoken", "tekken.json")


class TextModel(Writer):
    """Serves the language model; see llm.py. Raises ModelUnavailable when it does not load."""

    @alone
    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        from transformers import AutoModelForCausalLM

        options = WritingOptions.of(reference)
        self._reference = str(reference)
        place = place_of(self._reference, reference.name, folder)
        _require_text(kind_of(place, self._reference), self._reference)
        self._tokenizer = tokenizer_of(place, self._reference)
        if not self._tokenizer.chat_template:
            raise ModelUnavailable(self._reference, "it has no chat template: take its instruct or chat version")
        self._switches = switches(self._tokenizer.chat_template)
        self._marks = Marks(special_tokens(self._tokenizer))
        self._system = takes_system(self._template)
        self._model = load(AutoModelForCausalLM, place, options.loading, self._reference, writes=True)
        self._window = window(self._model, options.card.context_window)
        self._ready(options)

    def _inputs(self, messages: Sequence[BaseMessage]) -> Any:
        with self._templating():
            return self._template(self._turns(messages), tokenize=True).to(self._model.device)

    def _template(self, turns: list[dict[str, Any]], *, tokenize: bool = False) -> Any:
        return self._tokenizer.apply_chat_template(
            [_flat(turn, self._reference) for turn in turns],
            add_generation_prompt=True,
            tokenize=tokenize,
            return_dict=tokenize,
            return_tensors="pt",
            **self._switches,
        )


def _require_text(kind: str, reference: str) -> None:
    """Raises ModelUnavailable for a type that is no language model."""
    from transformers.models.auto import modeling_auto as known

    if kind in known.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES:
        return
    if kind in known.MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES:
        raise ModelUnavailable(reference, f"its type {kind} looks at pictures: begin its reference with vlm:")
    raise ModelUnavailable(reference, f"its type {kind} is no language model")


def _flat(turn: dict[str, Any], reference: str) -> dict[str, str]:
    """The turn with its text in one piece, as templates of text models take it."""
    if any(part["type"] != "text" for part in turn["content"]):
        raise ModelRefused(reference, "it takes no pictures")
    return {"role": turn["role"], "content": "\n".join(part["text"] for part in turn["content"])}


def switches(template: Any) -> dict[str, bool]:
    """What the chat template is told beside the messages: where it knows of reasoning first, that none is wanted."""
    return {"enable_thinking": False} if "enable_thinking" in str(template) else {}


def tokenizer_of(place: Path, reference: str) -> Any:
    """The tokenizer in the folder, with left padding. Raises ModelUnavailable."""
    from transformers import AutoTokenizer

    if not any(next(place.glob(name), None) for name in _TOKENIZERS):  # transformers would make one that knows nothing
        raise ModelUnavailable(reference, "no tokenizer in its folder: tokenizer.json or the like")
    with translated(reference, "the files of its tokenizer are missing or damaged"):
        tokenizer = AutoTokenizer.from_pretrained(str(place), local_files_only=True, trust_remote_code=False)
    return padding_left(tokenizer)


def padding_left(tokenizer: Any) -> Any:
    """The same, with pads before the prompts of a batch, so that each is followed by its answer."""
    tokenizer.padding_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer
