"""The same through the thread and the event loop: whoever asks is answered or refused, and leaving is no trouble."""

from __future__ import annotations

import asyncio
import random

import pytest

from agents.errors import ModelError
from agents.models.caller import CALLER
from agents.models.host import Host, Job
from agents.models.metrics import Metrics
from tests.metered import counted
from tests.simulated import Device, Item, Model, Panic, Spec
from tests.waiting import until

HISTORIES = 200
FAILURES = (lambda: RuntimeError("CUDA error"), lambda: Panic("rayon"), MemoryError)


class History:
    """One model over two GPUs and the processor, whose chats ask, leave and come back while devices fail."""

    def __init__(self, seed: int) -> None:
        self.chance = chance = random.Random(seed)
        self.metrics = Metrics()
        self.devices = [Device(name, chance.randint(5, 60)) for name in ("cuda:0", "cuda:1", "cpu")]
        deviates, together = chance.uniform(0.7, 1.3), chance.randint(1, 8)
        self.spec = Spec("m", chance.randint(1, 30), chance.randint(0, 5), together, deviates)
        rungs = [self.spec.rung(device) for device in self.devices]
        idle, waiting = chance.choice([None, 0.001]), chance.choice([4, 64])
        self.host = Host(
            "m", rungs, metrics=self.metrics, waiting=waiting, idle=idle, retry_load=0.001, collect=lambda: None
        )
        self.job: Job[Model] = self.spec.job

    async def live(self) -> None:
        chats = [self._chat(str(number)) for number in range(self.chance.randint(1, 6))]
        await asyncio.wait_for(asyncio.gather(*chats, self._trouble()), 30)
        self.host.close()
        await until(lambda: not any(device.used for device in self.devices), 10)
        assert counted(self.metrics, "waiting_calls") == 0

    async def _chat(self, name: str) -> None:
        CALLER.set(name)
        for number in range(self.chance.randint(1, 4)):
            item = Item(number, self.chance.randint(1, 3), self.chance.random() < 0.1)
            try:
                async with asyncio.timeout(self.chance.choice([None, None, 0.001])):
                    assert await self.host.call(self.job, item) is item
            except (ModelError, TimeoutError):
                continue
            await asyncio.sleep(self.chance.choice([0, 0, 0.002]))

    async def _trouble(self) -> None:
        for _ in range(self.chance.randint(0, 3)):
            await asyncio.sleep(0.001)
            if self.chance.random() < 0.3:
                self.chance.choice(self.devices).lost = True
            else:
                self.spec.failures.append(self.chance.choice(FAILURES))


@pytest.mark.parametrize("first", range(0, HISTORIES, 100))
async def test_whoever_asks_is_answered_or_refused(first: int) -> None:
    for seed in range(first, first + 100):
        await History(seed).live()
