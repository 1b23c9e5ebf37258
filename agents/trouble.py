"""What kept a model from its work, as far as it is told of."""

from __future__ import annotations

import math
from dataclasses import dataclass

from agents.errors import ModelBusy, ParleyError

__all__ = ["Trouble"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """``code`` is one of ``agents.errors`` or of a decoder; ``wait``: seconds after which to ask again, when known."""

    code: str
    wait: float | None = None

    @classmethod
    def of(cls, error: ParleyError) -> Trouble:
        wait = error.retry_after if isinstance(error, ModelBusy) else None
        return cls(error.code, wait if wait is not None and math.isfinite(wait) else None)

    @property
    def is_busy(self) -> bool:
        return self.code == ModelBusy.code
