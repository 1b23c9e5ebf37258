"""The intake desk in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["DeskFacts"]


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """``outcomes`` counts tries by how they ended: answered, retried, buried. ``working`` and ``waiting`` are rows in
    memory; ``oldest`` is how long the oldest of them has been there, in seconds, see :class:`bot.ages.Ages`.
    ``doubtful`` answers may have been sent without a note, as an earlier process ended meanwhile.
    """

    outcomes: Mapping[str, int]
    working: int
    waiting: int
    oldest: float
    doubtful: int = 0
