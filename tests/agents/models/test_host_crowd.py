"""A crowd before one model: bounded, refused in type with an estimate, in order for each chat, and fair to all."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from agents.errors import ModelBusy
from agents.models.caller import CALLER
from agents.models.host import Host, Job
from agents.models.ladder import Rung
from agents.models.metrics import Metrics
from tests.metered import counted
from tests.simulated import Device, Item, Spec
from tests.waiting import until


class Gated:
    """A model whose calls wait while ``gate`` is clear; it keeps what it was called for."""

    def __init__(self) -> None:
        self.seen: list[tuple[Any, ...]] = []
        self.inside = asyncio.Event()
        self.go = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def work(self, items: Sequence[Any]) -> list[Any]:
        self.seen.append(tuple(items))
        asyncio.run_coroutine_threadsafe(self._hold(), self.loop).result(30)
        return list(items)

    async def _hold(self) -> None:
        self.inside.set()
        await self.go.wait()


@pytest.fixture
async def gated() -> Gated:
    return Gated()


@pytest.fixture
def hosts() -> Iterator[list[Host[Any]]]:
    made: list[Host[Any]] = []
    yield made
    for host in made:
        host.close()


async def ask(host: Host[Any], job: Job[Any], caller: str, item: Any) -> Any:
    CALLER.set(caller)
    return await host.call(job, item)


async def test_ten_thousand_calls_at_once_from_a_hundred_chats(gated: Gated, hosts: list[Host[Any]]) -> None:
    metrics = Metrics()
    host = Host("m", [Rung(lambda: gated)], metrics=metrics, waiting=256)
    hosts.append(host)
    job: Job[Any] = Job(Gated.work, 16)
    gated.go.set()
    await ask(host, job, "first", (-1, -1))  # from now on there is an estimate
    gated.go.clear()
    inside = asyncio.create_task(ask(host, job, "first", (-1, -2)))
    gated.inside.clear()
    await gated.inside.wait()
    calls = [
        asyncio.create_task(ask(host, job, str(chat), (chat, number))) for chat in range(100) for number in range(100)
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert counted(metrics, "waiting_calls") == 256, "memory is bounded"
    gated.go.set()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    await inside
    refused = [answer for answer in answers if isinstance(answer, ModelBusy)]
    assert len(refused) == 10_000 - 256 == counted(metrics, "errors_total", code="model-busy")
    assert all(busy.retry_after is not None and 0 < busy.retry_after < 60 for busy in refused)
    served = [item for call in gated.seen[2:] for item in call]
    assert sorted(served) == sorted(answer for answer in answers if not isinstance(answer, ModelBusy))
    assert set(Counter(chat for chat, _ in served).values()) <= {2, 3}, "256 places are shared by 100 chats"
    for chat in range(100):
        own = [number for who, number in served if who == chat]
        assert own == sorted(own)
    assert all(len(call) == 16 for call in gated.seen[2:]), "and what waits together goes together"


async def test_a_greedy_chat_cannot_keep_others_out(gated: Gated, hosts: list[Host[Any]]) -> None:
    host = Host("m", [Rung(lambda: gated)], waiting=4)
    hosts.append(host)
    job: Job[Any] = Job(Gated.work)
    inside = asyncio.create_task(ask(host, job, "greedy", 0))
    await gated.inside.wait()
    greedy = [asyncio.create_task(ask(host, job, "greedy", number)) for number in range(1, 6)]
    modest = asyncio.create_task(ask(host, job, "modest", "please"))
    await asyncio.sleep(0)
    gated.go.set()
    answers = await asyncio.gather(inside, *greedy, modest, return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, int, int, int, ModelBusy, ModelBusy, str]
    assert [call[0] for call in gated.seen] == [0, 1, "please", 2, 3], "they take turns"


async def test_only_what_can_share_a_call_goes_together(gated: Gated, hosts: list[Host[Any]]) -> None:
    host = Host("m", [Rung(lambda: gated)])
    hosts.append(host)
    gated.go.set()
    await host.load()
    job: Job[Any] = Job(Gated.work, 8, key=len)
    other: Job[Any] = Job(Gated.work, 8)
    words = ["a", "bb", "c", "dd", "e"]
    calls = [ask(host, job, str(at), word) for at, word in enumerate(words)]
    assert await asyncio.gather(*calls, ask(host, other, "x", "f")) == [*words, "f"]
    assert sorted(gated.seen) == [("a", "c", "e"), ("bb", "dd"), ("f",)]


async def test_heavy_items_take_more_of_the_line(gated: Gated, hosts: list[Host[Any]]) -> None:
    host = Host("m", [Rung(lambda: gated)])
    hosts.append(host)
    job: Job[Any] = Job(Gated.work, weight=lambda item: 150_000_000)
    calls = [asyncio.create_task(ask(host, job, "a", number)) for number in range(6)]
    await gated.inside.wait()
    gated.go.set()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [answer for answer in answers if not isinstance(answer, ModelBusy)][-1] in {2, 3}, "three wait at most"


async def test_a_lone_caller_waits_for_nobody_unless_others_were_there(hosts: list[Host[Any]]) -> None:
    host: Host[Any] = Host("m", [Rung(object)])
    hosts.append(host)
    job: Job[Any] = Job(lambda _, items: list(items), 32)
    await host.load()
    waits = host._change.wait_for
    asked: list[bool] = []

    def wait_for(complete: Any, within: float) -> bool:
        asked.append(complete())
        return waits(complete, within)

    host._change.wait_for = wait_for  # type: ignore[method-assign]
    for _ in range(3):
        await host.call(job, 1)
    assert asked == [True] * 3
    await asyncio.gather(host.call(job, 1), host.call(job, 2))
    await host.call(job, 3)
    await host.call(job, 4)
    assert asked[-2:] == [False, True], "a second was there, so he is waited for; once"


async def test_after_idling_a_model_leaves_memory_and_the_next_call_loads_it(hosts: list[Host[Any]]) -> None:
    metrics, loads = Metrics(), []
    host: Host[Any] = Host("m", [Rung(lambda: loads.append(1) or object())], metrics=metrics, idle=0.05)
    hosts.append(host)
    job: Job[Any] = Job(lambda _, items: list(items))
    for count in (1, 2):
        assert await host.call(job, count) == count
        assert len(loads) == count
        await until(lambda: counted(metrics, "loaded") == 0, 10)
    assert counted(metrics, "load_seconds_count") == 2


async def test_a_reload_counts_in_the_deadline_and_serves_those_who_come_later(hosts: list[Host[Any]]) -> None:
    loads = []

    def load() -> object:
        loads.append(1)
        time.sleep(0.2 if len(loads) == 2 else 0)
        return object()

    metrics = Metrics()
    host: Host[Any] = Host("m", [Rung(load)], metrics=metrics, idle=0.05)
    hosts.append(host)
    job: Job[Any] = Job(lambda _, items: list(items))
    await host.load()
    await until(lambda: counted(metrics, "loaded") == 0, 10)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await host.call(job, 1)
    assert await host.call(job, 2) == 2
    assert len(loads) == 2


async def test_a_model_that_stepped_down_goes_back_when_nobody_has_asked_for_long(hosts: list[Host[Any]]) -> None:
    spec, devices = Spec("m", size=10), [Device("cuda:0", 5), Device("cpu", 90)]
    metrics = Metrics()
    host = Host("m", [spec.rung(device) for device in devices], metrics=metrics, retry_better=0.05)
    hosts.append(host)
    await host.load()
    assert devices[1].used == 10
    devices[0].capacity = 50
    await until(lambda: counted(metrics, "loaded") == 0, 10)
    assert await host.call(spec.job, Item(1)) == Item(1)
    assert [device.used for device in devices] == [10, 0]
