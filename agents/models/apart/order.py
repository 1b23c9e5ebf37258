"""What an engine's process is handed at its start, on its standard input."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from agents.models.reference import ModelReference

__all__ = ["Order"]


@dataclass(frozen=True, slots=True)
class Order:
    """``adapter`` is the class to make, as ``module:Class``; ``folder`` holds the model's files, if it has any."""

    adapter: str
    reference: str
    folder: str | None

    @classmethod
    def of(cls, kind: type, reference: ModelReference, folder: Path | None) -> Self:
        return cls(f"{kind.__module__}:{kind.__qualname__}", str(reference), str(folder) if folder else None)

    def line(self, socket: int) -> bytes:
        """Without its end; ``socket`` is the descriptor to serve."""
        return json.dumps({"socket": socket} | asdict(self)).encode()

    @classmethod
    def read(cls, line: bytes) -> tuple[int, Self]:
        told: dict[str, Any] = json.loads(line)
        return told.pop("socket"), cls(**told)

    def made(self) -> Any:
        """The adapter with its model loaded. Raises what its engine raises."""
        module, _, name = self.adapter.partition(":")
        kind = getattr(import_module(module), name)
        return kind(ModelReference.parse(self.reference), Path(self.folder) if self.folder else None)
