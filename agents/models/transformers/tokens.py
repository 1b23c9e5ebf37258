"""Counting tokens by the model's own tokenizer, in a thread beside the model's, which may be writing for a while."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.models.marks import Marks
from agents.models.transformers.alone import alone
from agents.models.transformers.conversation import special_tokens
from agents.models.transformers.loading import place_of
from agents.models.transformers.text import tokenizer_of

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["Tokens"]


class Tokens:
    """A second instance of the tokenizer: one instance is not to be used by two threads at once."""

    @alone
    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self._tokenizer = tokenizer_of(place_of(str(reference), reference.name, folder), str(reference))
        self._marks = Marks(special_tokens(self._tokenizer))

    def count(self, lists: Sequence[Sequence[str]]) -> list[list[int]]:
        """Tokens of each text of each list, without a template around it."""
        return [[self._count(text) for text in texts] for texts in lists]

    def _count(self, text: str) -> int:
        return len(self._tokenizer(self._marks.taken_from(text), add_special_tokens=False)["input_ids"]) if text else 0
