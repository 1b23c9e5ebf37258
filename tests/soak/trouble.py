"""Telegram as it is at times: it asks to wait, breaks connections, answers 502."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from tests.emulator import Emulator

__all__ = ["now_and_then"]

_KINDS: tuple[dict[str, Any], ...] = (
    {"method": "sendMessage", "retry_after": 1},
    {"method": "sendMessage", "status": 502},
    {"method": "sendMessage", "drop": True},
    {"method": "getFile", "drop": True},
    {"method": "file", "drop": True},
    {"method": "getUpdates", "drop": True},
    {"method": "getUpdates", "status": 502},
    {"method": "sendChatAction", "retry_after": 1},
    {"method": "editMessageText", "status": 502},
)


async def now_and_then(emulator: Emulator, chance: random.Random, every: float) -> None:
    """Until it is cancelled, something every so many seconds on average."""
    while True:
        await asyncio.sleep(chance.expovariate(1 / every))
        emulator.faults.clear()  # one that was not met is over
        emulator.fail(**chance.choice(_KINDS))
