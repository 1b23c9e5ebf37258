"""Texts as vectors by an encoder that transformers loads.

``sentence:NAME?option=value``: NAME is a repository of a hub or a local folder. Options: those of loading.py;
``pooling`` (mean: the mean of the tokens' vectors; cls: the first token's), ``prefix`` (what every text begins with, as
``query: ``), ``languages`` (what it knows, where the catalogue does not tell), ``tokens`` (of a text that
are read), ``together`` (texts at once).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.models.catalogue import entries
from agents.models.failures import on_device
from agents.models.options import Options
from agents.models.transformers.alone import alone
from agents.models.transformers.loaded import Loaded
from agents.models.transformers.loading import FILES, LOADING, check, load, place_of
from agents.models.transformers.reading import READING, Reading
from agents.models.transformers.reading_footprint import reading_footprint
from agents.ports import Card

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.models.footprint import Footprint
    from agents.models.reference import ModelReference

__all__ = ["SentenceEmbedder"]

_KNOWN = LOADING | READING | {"pooling", "prefix", "languages", "together"}
_POOLINGS = frozenset({"mean", "cls"})


class SentenceEmbedder(Loaded):
    """Fills :class:`agents.ports.Embedder`. How near two texts are is the dot product of their vectors."""

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference promises, without loading anything. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        check(options)
        options.choice("pooling", "mean", _POOLINGS)
        Reading.check(options)
        entry = entries().get(reference.name)
        return Card(
            reference=str(reference),
            languages=options.tags("languages") or (entry.languages if entry else None),
            confidence="none: vectors are compared with one another",
            together=options.whole("together", 16, 1, 256),
        )

    @classmethod
    def files(cls, reference: ModelReference) -> tuple[str, ...]:
        return FILES

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """What it takes of memory; None where its files do not tell. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        return reading_footprint(reference, folder, kind, options, together=cls.declare(reference).together)

    @alone
    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        from transformers import AutoModel

        self.card = self.declare(reference)
        options = Options(reference, _KNOWN)
        name = self.card.reference
        place = place_of(name, reference.name, folder)
        self._model = load(AutoModel, place, options, name, unneeded="pooler.")
        self._reading = Reading(place, self._model, options, name)
        self._first = options.choice("pooling", "mean", _POOLINGS) == "cls"
        self._prefix = options.text("prefix", "")

    @on_device
    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Float32, shape (n, d), unit norm."""
        import numpy as np

        step = self.card.together
        parts = [self._embedded(texts[start : start + step]) for start in range(0, len(texts), step)]
        return np.concatenate(parts) if parts else np.zeros((0, self._model.config.hidden_size), np.float32)

    def _embedded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import torch

        inputs = self._reading.tensors([self._prefix + text for text in texts])
        with torch.inference_mode():
            vectors = self._pooled(self._model(**inputs).last_hidden_state.float(), inputs["attention_mask"])
            pooled: NDArray[np.float32] = torch.nn.functional.normalize(vectors, dim=1).cpu().numpy()
        return pooled

    def _pooled(self, states: Any, mask: Any) -> Any:
        """One vector a text, of (texts, tokens, d); padding counts for nothing."""
        if self._first:
            return states[:, 0]
        weights = mask.unsqueeze(-1).float()
        return (states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1)
