"""What a llama.cpp child takes of memory, by the headers of its files and its options.

The child is a process of its own, so that all is its model's. Checked against what children take, by tests/footprints;
what concerns GPUs is reckoned, for none was at hand.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import ModelUnavailable
from agents.models.footprint import CUDA_CONTEXT, CUDA_HOST, Footprint
from agents.models.headers import HeaderDamaged
from agents.models.headers.gguf import Gguf, read_gguf
from agents.models.llamacpp.files import model_file, projector_file
from agents.models.llamacpp.options import LlamaCppOptions
from agents.models.llamacpp.server import BATCH, PICTURE

if TYPE_CHECKING:
    from agents.models.reference import ModelReference

__all__ = ["footprint"]

_CHILD = 45_000_000  # bytes: Python, the library and its server
_A_WORD = 220  # bytes of a token, and of a merge, in the tables of the vocabulary
_MIB = 1 << 20
_F32, _F16 = 4, 2
_BATCH_ON_GPU = 512  # tokens that are computed at once (llama.cpp, common/common.h, n_ubatch)
# Types that llama.cpp keeps a second time, arranged for AVX2, beside the file's pages (ggml-cpu/repack.cpp): Q4_0,
# Q4_K, IQ4_NL and MXFP4. The table of tokens stays as it is.
_ARRANGED = frozenset({2, 12, 20, 39})
_TABLE = "token_embd.weight"
_PART = re.compile(r"-00001-of-(\d{5})\.gguf$")
_MOST_PARTS = 200


def footprint(reference: ModelReference, folder: Path | None, kind: str, *, embeds: bool = False) -> Footprint | None:
    """None where its files are not there or damaged. Raises ReferenceInvalid."""
    options = LlamaCppOptions.of(reference)
    place = (folder or Path(reference.name).expanduser()).absolute()
    try:
        parts = [read_gguf(part) for part in _parts(model_file(str(reference), place, options))]
        projector = projector_file(str(reference), place, options)
        eyes = read_gguf(projector) if projector else None
    except (ModelUnavailable, HeaderDamaged):
        return None
    try:
        return _Child(parts, eyes, options, embeds=embeds).on(kind)
    except (HeaderDamaged, OverflowError):
        return None


class _Child:
    """``parts`` are the headers of the model's files; the first has the facts. ``eyes`` is the projector's."""

    def __init__(self, parts: list[Gguf], eyes: Gguf | None, options: LlamaCppOptions, *, embeds: bool) -> None:
        self._facts, self._eyes, self._options, self._embeds = parts[0], eyes, options, embeds
        self._tensors = [tensor for part in parts for tensor in part.tensors]
        self._weights = sum(tensor.size for tensor in self._tensors)

    def on(self, kind: str) -> Footprint:
        beside = _CHILD + self._vocabulary() + self._options.cache * _MIB
        sight = self._sight()
        if kind == "cpu":
            batch = PICTURE if self._eyes else BATCH
            return Footprint(
                beside + self._weights + self._arranged() + self._states() + self._computing(batch) + sight
            )
        layers = self._facts.whole("block_count")
        share = min(1.0, self._options.gpu_layers / (layers + 1))
        moved = int((self._weights + self._states()) * share)
        kept = max(self._table(), self._weights + self._states() - moved)
        vram = CUDA_CONTEXT + moved + self._computing(_BATCH_ON_GPU) + sight
        return Footprint(beside + kept + CUDA_HOST, vram)

    def _states(self) -> int:
        """Keys and values of every slot's window, in half precision, taken at start."""
        heads = self._facts.whole("attention.head_count", 1)
        size = self._facts.whole("embedding_length") // max(1, heads)
        both = self._facts.whole("attention.key_length", size) + self._facts.whole("attention.value_length", size)
        kept = self._facts.whole("attention.head_count_kv", heads)
        tokens = self._options.context * self._options.slots
        return tokens * self._facts.whole("block_count") * kept * both * _F16

    def _computing(self, batch: int) -> int:
        """What one batch of tokens holds at once: measured as about six hidden states and three of the wide layers."""
        tokens = self._options.context if self._embeds else batch
        across = 6 * self._facts.whole("embedding_length") + 3 * self._facts.whole("feed_forward_length")
        return (tokens * across + self._options.slots * self._facts.length("tokenizer.ggml.tokens")) * _F32

    def _sight(self) -> int:
        """The projector with what one picture holds at once."""
        if self._eyes is None:
            return 0
        told = self._eyes
        side = told.whole("vision.image_size") // max(1, told.whole("vision.patch_size", 1))
        across = 8 * told.whole("vision.embedding_length") + 3 * told.whole("vision.feed_forward_length")
        return sum(tensor.size for tensor in told.tensors) + side * side * across * _F32

    def _arranged(self) -> int:
        return sum(
            tensor.size
            for tensor in self._tensors
            if tensor.kind in _ARRANGED and len(tensor.shape) > 1 and tensor.name != _TABLE
        )

    def _table(self) -> int:
        return sum(tensor.size for tensor in self._tensors if tensor.name == _TABLE)

    def _vocabulary(self) -> int:
        words = self._facts.length("tokenizer.ggml.tokens") + self._facts.length("tokenizer.ggml.merges")
        return words * _A_WORD


def _parts(first: Path) -> list[Path]:
    """All files of a model that is split, which llama.cpp finds by their names."""
    found = _PART.search(first.name)
    if found is None:
        return [first]
    count = min(int(found[1]), _MOST_PARTS)
    return [first.with_name(f"{first.name[: found.start()]}-{n:05}-of-{found[1]}.gguf") for n in range(1, count + 1)]
