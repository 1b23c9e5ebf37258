"""What holds of every model on another host: it takes nothing of this one's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.models.footprint import Footprint

if TYPE_CHECKING:
    from pathlib import Path

    from agents.models.reference import ModelReference

__all__ = ["Elsewhere"]


class Elsewhere:
    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        """Nothing: the model runs on another host."""
        return Footprint(0)
