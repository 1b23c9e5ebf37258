"""One file of the corpus, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DECODES", "Made", "cuts"]

DECODES = "decodes"


@dataclass(frozen=True, slots=True)
class Made:
    """``outcome`` is ``decodes`` or the reason of the refusal; ``fact`` is the size in pixels or the length in seconds.

    ``sent_as`` is ``photo`` or ``voice``.
    """

    name: str
    data: bytes
    sent_as: str
    outcome: str = DECODES
    fact: tuple[int, int] | float | None = None


def cuts(data: bytes, parts: int = 16) -> list[tuple[int, bytes]]:
    """The first 1, 2, ... sixteenths of the bytes, without the whole."""
    return [(part, data[: len(data) * part // parts]) for part in range(1, parts)]
