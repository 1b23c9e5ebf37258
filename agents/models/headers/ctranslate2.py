"""The variables of a CTranslate2 ``model.bin`` (OpenNMT/CTranslate2, python/ctranslate2/specs/model_spec.py)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from agents.models.headers.damaged import HeaderDamaged

__all__ = ["Variable", "variables_of"]

_MOST = 20_000  # variables
_LONGEST = 512  # bytes of a name
_WIDTHS = {0: 4, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2}  # bytes of a number, by the format's numbers of types


@dataclass(frozen=True, slots=True)
class Variable:
    """``width`` is bytes a number in the file, ``size`` bytes of all."""

    name: str
    shape: tuple[int, ...]
    width: int
    size: int

    @property
    def count(self) -> int:
        return prod(self.shape)


def variables_of(path: Path) -> list[Variable]:
    """Those of the file, whose contents are passed over. Raises HeaderDamaged."""
    try:
        with path.open("rb") as file:
            version = _number(file, "<I")
            _text(file)
            if version < 6:  # before, the order of fields was another; nobody meets such files now
                raise HeaderDamaged(path.name)
            _number(file, "<I")
            count = _number(file, "<I")
            if count > _MOST:
                raise HeaderDamaged(path.name)
            found = [_variable(file) for _ in range(count)]
            if file.tell() > path.stat().st_size:
                raise HeaderDamaged(path.name)
            return found
    except (OSError, struct.error) as exc:
        raise HeaderDamaged(path.name) from exc


def _variable(file: BinaryIO) -> Variable:
    name = _text(file)
    rank = _number(file, "<B")
    shape = tuple(_number(file, "<I") for _ in range(rank))
    kind, size = _number(file, "<B"), _number(file, "<I")
    if kind not in _WIDTHS or rank > 8:
        raise HeaderDamaged(name)
    file.seek(size, 1)
    return Variable(name, shape, _WIDTHS[kind], size)


def _text(file: BinaryIO) -> str:
    length = _number(file, "<H")
    if length > _LONGEST:
        raise HeaderDamaged
    return file.read(length).rstrip(b"\0").decode("ascii", "replace")


def _number(file: BinaryIO, form: str) -> int:
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])
