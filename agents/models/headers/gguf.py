"""Headers of GGUF files: what a model is made of, and its tensors (github.com/ggml-org/ggml, docs/gguf.md)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import Any

from agents.models.headers.damaged import HeaderDamaged

__all__ = ["Gguf", "GgufTensor", "read_gguf"]

_LARGEST = 64 * 1024 * 1024  # bytes of a header: tables of a million tokens fit
_MOST = 1 << 20  # keys, tensors, or texts of a list
_STEP = 16 * 1024 * 1024
_STRING, _ARRAY = 8, 9
_FORMATS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_KEPT_TEXT = 200  # characters of a value; longer ones, as templates, are of no use here
# Numbers in a block and its bytes, by ggml's numbers of types (ggml-common.h).
_BLOCKS: Mapping[int, tuple[int, int]] = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GgufTensor:
    """``kind`` is ggml's number of the type; ``size`` in bytes."""

    name: str
    shape: tuple[int, ...]
    kind: int
    size: int


@dataclass(frozen=True, slots=True)
class Gguf:
    """``facts`` are the keys with their values; of a list of texts its length, of a long text nothing."""

    facts: Mapping[str, Any]
    tensors: tuple[GgufTensor, ...]

    def whole(self, key: str, default: int = 0) -> int:
        """A whole number from 0 up that the architecture gives, as ``block_count``; of one a layer, the largest."""
        found = self.facts.get(f"{self.facts.get('general.architecture')}.{key}", default)
        given = found if isinstance(found, tuple) and found else (found,)
        numbers = [one for one in given if isinstance(one, int) and 0 <= one < 1 << 32]
        if len(numbers) < len(given):
            raise HeaderDamaged(key)
        return max(numbers)

    def length(self, key: str) -> int:
        """How many texts a list has; 0 without it."""
        found = self.facts.get(key, 0)
        return found if isinstance(found, int) else 0


def read_gguf(path: Path) -> Gguf:
    """The header of the file. Raises HeaderDamaged."""
    try:
        told = path.stat()
        return _read(path, told.st_size, told.st_mtime_ns)
    except (OSError, struct.error, ValueError, IndexError) as exc:
        raise HeaderDamaged(path.name) from exc


@lru_cache(maxsize=32)
def _read(path: Path, size: int, changed: int) -> Gguf:
    """Kept, since walking over a large vocabulary takes a tenth of a second."""
    with path.open("rb") as file:
        reader = _Reader(file)
        if reader.raw(4) != b"GGUF" or reader.number("I") not in {2, 3}:
            raise HeaderDamaged(path.name)
        tensors, keys = reader.count(), reader.count()
        facts = {reader.text(): reader.value(reader.number("I")) for _ in range(keys)}
        return Gguf(facts, tuple(reader.tensor() for _ in range(tensors)))


class _Reader:
    """Reads on in a file, in steps, up to the bound."""

    def __init__(self, file: Any) -> None:
        self._file, self._buffer, self._at = file, b"", 0

    def _need(self, count: int) -> int:
        """Where the next ``count`` bytes begin in the buffer."""
        at, end = self._at, self._at + count
        while end > len(self._buffer):
            more = self._file.read(_STEP) if end <= _LARGEST else b""
            if not more:
                raise HeaderDamaged
            self._buffer += more
        self._at = end
        return at

    def raw(self, count: int) -> bytes:
        at = self._need(count)
        return self._buffer[at : at + count]

    def number(self, form: str) -> Any:
        form = "<" + form
        return struct.unpack_from(form, self._buffer, self._need(struct.calcsize(form)))[0]

    def count(self) -> int:
        """Of keys or tensors."""
        if (found := self.number("Q")) > _MOST:
            raise HeaderDamaged
        return int(found)

    def text(self) -> str:
        return self.raw(self.number("Q")).decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            text = self.text()
            return text if len(text) <= _KEPT_TEXT else None
        return self._list() if kind == _ARRAY else self.number(_form(kind))

    def _list(self) -> Any:
        kind, count = self.number("I"), self.number("Q")
        if count > _LARGEST:
            raise HeaderDamaged
        if kind == _STRING:
            if count > _MOST:
                raise HeaderDamaged
            self._skip_texts(count)
            return count
        size = struct.calcsize("<" + _form(kind))
        raw = self.raw(size * count)
        return struct.unpack(f"<{count}{_form(kind)}", raw) if count <= 1024 else None

    def _skip_texts(self, count: int) -> None:
        """Over a vocabulary; written for speed."""
        length = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if self._at + 8 > len(self._buffer):
                self._need(8)
                self._at -= 8
            self._at += 8 + length(self._buffer, self._at)[0]
            if self._at > len(self._buffer):
                self._need(0)

    def tensor(self) -> GgufTensor:
        name, sides = self.text(), self.number("I")
        if sides > 8:
            raise HeaderDamaged
        shape = tuple(self.number("Q") for _ in range(sides))
        kind, _ = self.number("I"), self.number("Q")
        if kind not in _BLOCKS:
            raise HeaderDamaged
        numbers, size = _BLOCKS[kind]
        return GgufTensor(name, shape, kind, prod(shape) // numbers * size)


def _form(kind: int) -> str:
    if kind not in _FORMATS:
        raise HeaderDamaged
    return _FORMATS[kind]
