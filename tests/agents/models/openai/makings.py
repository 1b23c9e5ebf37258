"""Makings of references to hosts elsewhere, as wiring hands them over."""

from __future__ import annotations

from typing import Any

from agents.models.making import Making
from agents.models.reference import ModelReference

__all__ = ["making"]


def making(reference: str, **given: Any) -> Making:
    """Deadlines in seconds, ``key`` and ``proxy`` as :class:`Making` takes them."""
    return Making(ModelReference.parse(reference), lambda: None, **given)
