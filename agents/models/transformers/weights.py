"""What the weights of a folder take in the precision in which they are loaded, by the headers of their files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agents.models.headers.safetensors import Tensor, tensors_of

if TYPE_CHECKING:
    from agents.models.options import Options

__all__ = ["precision", "weights"]

_WIDTHS = {"float32": 4, "float16": 2, "bfloat16": 2}
# bitsandbytes keeps a float32 scale for each 64 weights of nf4 (Dettmers et al., arXiv:2305.14314, section 3), and for
# each row in 8 bits. Only the matrices of linear layers are quantised; tables and the last layer stay.
_QUANTISED = {"4bit": 0.5 + 4 / 64, "8bit": 1.0}
_NEVER = ("embed", "lm_head", "shared", "wte", "wpe")


def precision(options: Options, kind: str, own: int = 2) -> int:
    """Bytes of a number that is calculated with; ``own`` is the width in the file, which ``dtype=auto`` keeps on GPUs.

    On a CPU ``auto`` is float32, see loading.py.
    """
    asked = options.text("dtype", "auto")
    return _WIDTHS.get(asked, 4 if kind == "cpu" else own)


def weights(place: Path, options: Options, kind: str) -> int:
    """In bytes. Raises HeaderDamaged.

    Tables of tokens count wholly, though on a CPU those pages of a file in float32 become resident only as their words
    are met.
    """
    quantised = _QUANTISED.get(options.text("quant", "none"))
    return int(sum(_size(tensor, options, kind, quantised) for tensor in tensors_of(place)))


def _size(tensor: Tensor, options: Options, kind: str, quantised: float | None) -> float:
    if tensor.whole:
        return tensor.count * tensor.width
    if quantised and len(tensor.shape) == 2 and not any(word in tensor.name for word in _NEVER):
        return tensor.count * quantised
    return tensor.count * precision(options, kind, tensor.width)
