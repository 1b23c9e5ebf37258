"""Texts as the tensors of an encoder: cut to what is read of them, and padded to go through together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import ModelUnavailable
from agents.models.excerpt import excerpt
from agents.models.transformers.text import tokenizer_of

if TYPE_CHECKING:
    from agents.models.options import Options

__all__ = ["READING", "Reading"]

READING = frozenset({"tokens"})
_CHARACTERS = 20  # a token has fewer in any language: what is beyond is cut before the tokenizer sees it
_RESERVED = 2  # places of the table that RoBERTa and its kin leave out


class Reading:
    """The tokenizer of a model. ``tokens`` of a text are read, 256 unless the reference says otherwise."""

    @classmethod
    def check(cls, options: Options) -> int:
        """How many tokens are asked for. Raises ReferenceInvalid."""
        return options.whole("tokens", 256, 8, 8192)

    def __init__(self, place: Path, model: Any, options: Options, reference: str) -> None:
        """Raises ModelUnavailable where the folder holds no tokenizer."""
        self._tokenizer = tokenizer_of(place, reference)
        self._tokenizer.padding_side = "right"  # positions are counted from the left
        if self._tokenizer.pad_token_id is None:
            raise ModelUnavailable(reference, "its tokenizer has no token to pad with")
        if len(self._tokenizer) > model.get_input_embeddings().num_embeddings:
            raise ModelUnavailable(reference, "its tokenizer belongs to another model")
        self._device = model.device
        self._tokens = min(self.check(options), self._tokenizer.model_max_length, _places(model.config))

    def tensors(self, texts: Sequence[str]) -> Any:
        """Token ids and attention mask, int64, shape (texts, longest)."""
        return self._tokenizer(
            [excerpt(text, self._tokens * _CHARACTERS) for text in texts],
            padding=True,
            truncation=True,
            max_length=self._tokens,
            return_tensors="pt",
        ).to(self._device)


def _places(config: Any) -> int:
    """How many positions the model knows."""
    return int(getattr(config, "max_position_embeddings", 0) or 1_000_000) - _RESERVED
