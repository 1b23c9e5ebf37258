"""``config.json`` of a folder, as transformers and CTranslate2's converter write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.models.headers.damaged import HeaderDamaged

__all__ = ["number", "part", "read_json"]

_LARGEST = 8_000_000  # bytes; an index of shards may have a line for each of 10,000 tensors
_MOST = 1 << 40


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file. Raises HeaderDamaged."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
        found = json.loads(text) if len(text) <= _LARGEST else None
    except (OSError, ValueError, RecursionError) as exc:
        raise HeaderDamaged(path.name) from exc
    if not isinstance(found, dict):
        raise HeaderDamaged(path.name)
    return found


def part(config: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The first of these that is an object of its own, as ``text_config``; else the whole."""
    return next((config[name] for name in names if isinstance(config.get(name), dict)), config)


def number(config: Mapping[str, Any], *names: str, default: int | None = None) -> int:
    """The first of these that is a whole number from 0 up. Raises HeaderDamaged where none is and no default."""
    for name in names:
        found = config.get(name)
        if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= _MOST:
            return found
    if default is None:
        raise HeaderDamaged(names[0])
    return default
