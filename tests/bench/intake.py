"""Updates kept a second: from an Incoming to its committed row, with eight at a time asking for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.inbox import Desk
from bot.incoming import Incoming, IncomingText, Sender
from storage.assembly import open_storage
from storage.database import Synchronous
from storage.ports import Arrival, InboxRow
from tests.bench.figures import Figure, percentile
from tests.bench.scale import Scale

__all__ = ["measure"]

PRODUCERS = 8
_TARGETS: dict[Synchronous, float] = {"normal": 2000, "full": 1500}


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    for synchronous, target in _TARGETS.items():
        rates = [await _rate(synchronous, scale.of(750, 5)) for _ in range(scale.of(3, 1))]
        what = f"updates committed by {PRODUCERS} producers, synchronous={synchronous.upper()}"
        yield Figure(what, percentile(rates, 50), "/s", target, at_least=True)


async def _rate(synchronous: Synchronous, each: int) -> float:
    """Updates a second over ``each`` updates of every producer."""
    with TemporaryDirectory() as folder:
        where = Path(folder)
        async with open_storage(f"sqlite:///{where / 'parley.db'}", where / "media", synchronous=synchronous) as kept:
            desk = Desk(kept.inbox, _never, _never, _never)  # not started: nobody works on what comes in
            began = time.perf_counter()
            async with asyncio.TaskGroup() as group:
                for producer in range(PRODUCERS):
                    group.create_task(_produce(desk, producer, each))
            return PRODUCERS * each / (time.perf_counter() - began)


async def _produce(desk: Desk, producer: int, updates: int) -> None:
    for number in range(updates):
        key = f"{producer}-{number}"
        said = (IncomingText(text="Where can I eat well around here, and what does it cost?"),)
        sender = Sender(id=str(producer), username="ada", name="Ada", locale="en")
        await desk.accept(Incoming(channel="bench", chat=key, key=key, sender=sender, parts=said, message="1"))


async def _never(_: Arrival | InboxRow) -> None:
    raise AssertionError("a desk that is not started has nothing to do")
