"""Small files in the formats of models, byte by byte as their formats say."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["gguf", "safetensors", "variables", "write"]


def gguf(facts: Mapping[str, Any], tensors: Sequence[tuple[str, tuple[int, ...], int]]) -> bytes:
    """Of facts that are whole numbers, texts or lists of texts, and of tensors by name, shape and type."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    for key, value in facts.items():
        head += _text(key) + _value(value)
    for name, shape, kind in tensors:
        head += _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, 0)
    return head


def safetensors(tensors: Mapping[str, tuple[str, Sequence[int]]]) -> bytes:
    """Of tensors by type and shape, without what they hold."""
    told = {
        name: {"dtype": kind, "shape": list(shape), "data_offsets": [0, 0]} for name, (kind, shape) in tensors.items()
    }
    header = json.dumps({"__metadata__": {"format": "pt"}, **told}).encode()
    return struct.pack("<Q", len(header)) + header


def variables(found: Mapping[str, tuple[Sequence[int], int, int]]) -> bytes:
    """A model.bin with variables of so many sides, a type and so many bytes."""
    head = struct.pack("<I", 6) + _short("WhisperSpec") + struct.pack("<II", 3, len(found))
    for name, (shape, kind, size) in found.items():
        head += _short(name) + struct.pack(f"<B{len(shape)}IBI", len(shape), *shape, kind, size) + bytes(size)
    return head


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if all(isinstance(one, int) for one in value):
        return struct.pack(f"<IIQ{len(value)}I", 9, 4, len(value), *value)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _short(text: str) -> bytes:
    return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"
