"""How much is measured: the whole, or just enough to see that a part still runs."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

__all__ = ["Scale"]

T = TypeVar("T")


class Scale(Enum):
    FULL = "full"
    TINY = "tiny"

    def of(self, full: T, tiny: T) -> T:
        return full if self is Scale.FULL else tiny
