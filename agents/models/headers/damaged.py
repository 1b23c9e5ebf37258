"""The one error of reading headers."""

from __future__ import annotations

__all__ = ["HeaderDamaged"]


class HeaderDamaged(ValueError):
    """A model's file does not begin as its format says."""
