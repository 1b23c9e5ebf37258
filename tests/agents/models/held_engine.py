"""An engine that a test holds in its hand, and what hosts it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

from agents.models.hosted import HostedSense
from agents.ports import Card
from agents.values import Finding

__all__ = ["CARD", "Engine", "Hosted"]

CARD = Card("scripted:test")
Hosted = HostedSense[Any, Any]


class Engine:
    """A port whose every call can be held until the test lets it go."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.gate = threading.Event()
        self.gate.set()
        self.seen: list[object] = []
        self.threads: set[str] = set()
        self.loads = 0

    def load(self) -> Engine:
        self.loads += 1
        return self

    def call(self, items: Sequence[object]) -> list[list[Finding]]:
        self.threads.add(threading.current_thread().name)
        self.entered.release()
        assert self.gate.wait(10)
        self.seen += items
        return [[Finding(str(item), 1.0)] for item in items]

    async def busy(self) -> None:
        """Until a call is inside the engine."""
        assert await asyncio.to_thread(self.entered.acquire, timeout=10)
