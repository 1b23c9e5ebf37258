"""The beginning of a text that nobody vouches for, as engines take it."""

from __future__ import annotations

__all__ = ["excerpt"]


def excerpt(text: str, most: int) -> str:
    """The first ``most`` characters, with a question mark for each half of a surrogate pair: engines reject those."""
    return text[:most].encode("utf-8", "replace").decode()
