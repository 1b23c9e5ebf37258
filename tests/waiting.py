"""Waiting for something that another process brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psutil

__all__ = ["lives", "until"]

_STEP = 0.05  # seconds


async def until(condition: Callable[[], bool], within: float) -> None:
    """Return as soon as the condition holds. Raises TimeoutError after ``within`` seconds."""
    for _ in range(round(within / _STEP)):
        if condition():
            return
        await asyncio.sleep(_STEP)
    raise TimeoutError(f"not within {within} s")


def lives(process: psutil.Process) -> bool:
    """Whether it still runs: one that has ended may be listed until somebody asks how."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
