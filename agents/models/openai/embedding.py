"""Text embeddings by a model on a host that speaks OpenAI's ``/embeddings``.

``openai:http://gpu1:8000/v1#model-name`` with the options ``dimensions`` (for models whose vectors can be shortened;
sent only when given) and ``languages``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.models.openai.sense import RemoteSense
from agents.models.options import Options
from agents.ports import Card

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from agents.models.reference import ModelReference

__all__ = ["OpenAIEmbedder", "vector"]

_PATH = "/embeddings"
_KNOWN = frozenset({"dimensions", "languages"})
_LONGEST = 65_536  # numbers of a vector


class OpenAIEmbedder(RemoteSense):
    """The asynchronous face of ``agents.ports.Embedder``."""

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        """What the reference says about the model. Raises ReferenceInvalid."""
        options = Options(reference, _KNOWN)
        _dimensions(options)
        return Card(str(reference), languages=options.tags("languages"), confidence="none: vectors have no confidence")

    async def embed(self, text: str) -> NDArray[np.float32]:
        """The text's vector: float32, shape (d,), unit norm. Raises what the wire raises."""
        order: dict[str, Any] = {"model": self._place.model, "input": text, "encoding_format": "float"}
        if dimensions := _dimensions(Options(self._making.reference, _KNOWN)):
            order["dimensions"] = dimensions
        return await self._asked(_PATH, vector, until=self._until(self._making.sense_deadline), order=order)


def vector(told: Any) -> NDArray[np.float32]:
    """The first vector of an answer, at unit norm. Raises LookupError, TypeError or ValueError for another shape."""
    import numpy as np

    numbers = told["data"][0]["embedding"]
    if not isinstance(numbers, list) or not 0 < len(numbers) <= _LONGEST:
        raise ValueError("no vector")
    found = np.asarray(numbers, dtype=np.float64)
    norm = np.linalg.norm(found)
    if found.ndim != 1 or not np.isfinite(norm) or norm == 0:
        raise ValueError("no vector")
    return (found / norm).astype(np.float32)


def _dimensions(options: Options) -> int:
    return options.whole("dimensions", 0, 1, _LONGEST)
