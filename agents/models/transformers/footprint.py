"""What models that transformers loads take of memory, by the headers and the configuration of their folders.

The shapes are those of the papers; how many such arrays are held at once, and what the libraries take, was measured
(tests/footprints). What concerns GPUs is reckoned, for none was at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.models.footprint import CUDA_CONTEXT, CUDA_HOST, Footprint
from agents.models.headers import HeaderDamaged
from agents.models.headers.config import number, part, read_json
from agents.models.transformers.weights import precision, weights

if TYPE_CHECKING:
    from agents.models.options import Options
    from agents.models.reference import ModelReference

__all__ = ["LIBRARY", "Work", "footprint", "layers_of", "library_ram", "states", "through"]

Work = Callable[[Mapping[str, Any], int], int]  # of the configuration and bytes a number: bytes of one item

LIBRARY = "torch"
_TORCH, _MODELS = 205_000_000, 160_000_000  # bytes: imported, and what transformers imports beside it for a model
_TORCH_CUDA, _MODELS_CUDA = 685_000_000, 250_000_000  # the same of the builds for CUDA
_BESIDE = 20_000_000  # bytes: tokenizer, processor, the class itself
_STAGING = 200_000_000  # bytes: what is on its way to a GPU
# Arrays as wide as a layer's inner and outer side that one layer holds: with what the allocator keeps, measured, on a
# CPU in float32; and those that are used at once, reckoned, on a GPU in less.
_ARRAYS = {4: (5, 10)}
_ARRAYS_USED = (3, 6)
# Bytes. Larger arrays go back to the system as soon as they are done with: mallopt(3), M_MMAP_THRESHOLD.
_KEPT = 32 << 20


@cache
def library_ram(*, models: bool = True) -> int:
    """Bytes that PyTorch takes once a process, and with ``models`` transformers' part too."""
    try:
        plain = version("torch").endswith("+cpu")
    except PackageNotFoundError:
        plain = True
    if plain:
        return _TORCH + _MODELS * models
    return _TORCH_CUDA + _MODELS_CUDA * models


def footprint(
    reference: ModelReference,
    folder: Path | None,
    kind: str,
    options: Options,
    work: Work,
    *,
    items: int = 1,
    standing: Work = lambda config, width: 0,
) -> Footprint | None:
    """None where the files are not there or damaged.

    ``work`` is what each of the ``items`` that go together takes, ``standing`` what is kept besides, as prefixes are.
    """
    place = folder or Path(reference.name).expanduser()
    try:
        config = read_json(place / "config.json")
        weighs, width = weights(place, options, kind), precision(options, kind)
        item, beside = work(config, width), standing(config, width)
    except (HeaderDamaged, ArithmeticError):
        return None
    taken = weighs + beside + items * item
    if kind == "cpu":
        return Footprint(taken + _BESIDE, 0, item, LIBRARY, library_ram())
    return Footprint(_BESIDE + _STAGING + CUDA_HOST, taken + CUDA_CONTEXT, item, LIBRARY, library_ram())


def through(tokens: int, config: Mapping[str, Any], width: int, *, together: int = 1) -> int:
    """What so many tokens hold at once on their way through the layers of ``config``, in bytes.

    ``together``: so many items of as many tokens go along.
    """
    hidden = number(config, "hidden_size", "d_model", "n_embd", "embed_dim", default=768)
    inner = number(config, "intermediate_size", "ffn_dim", "d_ff", "n_inner", default=4 * hidden)
    kept = together * tokens * inner * width <= _KEPT
    wide, narrow = _ARRAYS.get(width, _ARRAYS_USED) if kept else _ARRAYS_USED
    return tokens * (wide * inner + narrow * hidden) * width


def states(tokens: int, config: Mapping[str, Any], width: int) -> int:
    """Keys and values of so many tokens: tokens x layers x KV heads x head size x 2 x bytes."""
    hidden = number(config, "hidden_size", "d_model", "n_embd", default=768)
    heads = max(1, number(config, "num_attention_heads", "n_head", "num_heads", default=12))
    kept = number(config, "num_key_value_heads", default=heads)
    size = number(config, "head_dim", default=hidden // heads)
    return tokens * layers_of(config) * kept * size * 2 * width


def layers_of(config: Mapping[str, Any]) -> int:
    return number(config, "num_hidden_layers", "n_layer", "num_layers", "depth", default=12)


def attention(tokens: int, config: Mapping[str, Any], width: int) -> int:
    """The matrix of one layer where it is calculated openly: heads x tokens x tokens."""
    return number(config, "num_attention_heads", "num_heads", default=12) * tokens * tokens * width


def patches(config: Mapping[str, Any]) -> int:
    """Tokens of one picture, the class token among them."""
    side = number(config, "image_size", default=384) // max(1, number(config, "patch_size", default=16))
    return side * side + 1


def text_of(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return part(config, "text_config", "llm_config")


def vision_of(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return part(config, "vision_config")
