"""How much is asked: LEARNED_QUESTIONS turns of each kind, as ``make test-learned`` sets it; nothing without it."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["QUESTIONS", "some"]

QUESTIONS = int(os.environ.get("LEARNED_QUESTIONS", "0"))

ItemT = TypeVar("ItemT")


def some(items: Sequence[ItemT], number: int) -> list[ItemT]:
    """So many of the items, the same ones every time; all when there are no more."""
    return random.Random(4).sample(list(items), min(number, len(items)))
