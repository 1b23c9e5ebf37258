"""Turns that stand for earlier ones, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from storage.ports import LoggedTurn

__all__ = ["line_of"]


def line_of(turns: Sequence[LoggedTurn], turn: int) -> set[int]:
    """The turn, the one it is to replace, what stands for them, and what those of them were to replace that were never
    answered. ``turns`` by their ids, the first being 1.
    """
    line: set[int] = set()
    open_ends = [turn, turns[turn - 1].replaces]
    while open_ends:
        reached = open_ends.pop()
        if reached is None or reached in line:
            continue
        line.add(reached)
        its = turns[reached - 1]
        open_ends += [its.replaced_by, its.replaces if its.reply is None else None]
    return line
