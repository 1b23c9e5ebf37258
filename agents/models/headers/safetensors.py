"""Headers of safetensors files: 8 bytes of length, then JSON naming every tensor (huggingface/safetensors, README)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from agents.models.headers.config import read_json
from agents.models.headers.damaged import HeaderDamaged

__all__ = ["Tensor", "tensors_of"]

_LARGEST = 32 * 1024 * 1024  # bytes of one header
_MOST_FILES = 500
_WHOLE, _INDEX = "model.safetensors", "model.safetensors.index.json"
# Bytes of a number, by the format's names.
_SIZES = {
    **dict.fromkeys(("F64", "I64", "U64"), 8),
    **dict.fromkeys(("F32", "I32", "U32"), 4),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 2),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2"), 1),
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """``width`` is bytes a number in the file; ``whole``: integers, whose precision nobody changes."""

    name: str
    shape: tuple[int, ...]
    width: int
    whole: bool

    @property
    def count(self) -> int:
        return prod(self.shape)


def tensors_of(folder: Path) -> list[Tensor]:
    """Every tensor that transformers would load from the folder. Raises HeaderDamaged."""
    if (folder / _WHOLE).is_file():
        return _tensors(folder / _WHOLE)
    places = read_json(folder / _INDEX).get("weight_map")
    if not isinstance(places, dict) or not all(isinstance(name, str) for name in places.values()):
        raise HeaderDamaged(_INDEX)
    files = sorted(set(places.values()))
    if len(files) > _MOST_FILES or any(Path(name).name != name for name in files):
        raise HeaderDamaged(_INDEX)
    return [tensor for name in files for tensor in _tensors(folder / name)]


def _tensors(path: Path) -> list[Tensor]:
    header = _header(path)
    header.pop("__metadata__", None)
    return [_tensor(name, told) for name, told in header.items()]


def _header(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if length > _LARGEST:
                raise HeaderDamaged(path.name)
            text = file.read(length)
        found = json.loads(text)
    except (OSError, ValueError, RecursionError) as exc:
        raise HeaderDamaged(path.name) from exc
    if not isinstance(found, dict):
        raise HeaderDamaged(path.name)
    return found


def _tensor(name: str, told: Any) -> Tensor:
    kind, shape = (told.get("dtype"), told.get("shape")) if isinstance(told, dict) else (None, None)
    if not isinstance(kind, str) or kind not in _SIZES or not isinstance(shape, list) or len(shape) > 8:
        raise HeaderDamaged(name[:40])
    if not all(isinstance(side, int) and 0 <= side < 1 << 40 for side in shape):
        raise HeaderDamaged(name[:40])
    return Tensor(name, tuple(shape), _SIZES[kind], kind[0] in "IUB" and kind != "BF16")
