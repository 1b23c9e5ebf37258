"""How much is asked: little in the default suite, more where ``make test-learned`` sets LEARNED_QUESTIONS."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["FULL", "QUESTIONS", "some"]

QUESTIONS = int(os.environ.get("LEARNED_QUESTIONS", "24"))
FULL = QUESTIONS >= 500

ItemT = TypeVar("ItemT")


def some(items: Sequence[ItemT], number: int) -> list[ItemT]:
    """So many of the items, the same ones every time; all when there are no more."""
    return random.Random(4).sample(list(items), min(number, len(items)))
