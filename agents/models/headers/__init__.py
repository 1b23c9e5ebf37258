"""What the files of models say about themselves, read from their beginnings alone and without any engine.

The files come from strangers: every read is bounded, and what is not as its format says raises :class:`HeaderDamaged`.
"""

from __future__ import annotations

from agents.models.headers.damaged import HeaderDamaged

__all__ = ["HeaderDamaged"]
