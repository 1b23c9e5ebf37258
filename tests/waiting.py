"""Waiting for something that another process brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["until"]

_STEP = 0.05  # seconds


async def until(condition: Callable[[], bool], within: float) -> None:
    """Return as soon as the condition holds. Raises TimeoutError after ``within`` seconds."""
    for _ in range(round(within / _STEP)):
        if condition():
            return
        await asyncio.sleep(_STEP)
    raise TimeoutError(f"not within {within} s")
