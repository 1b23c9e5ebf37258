"""The text of all metrics: read once however many ask, never on the event loop, and never waited for without end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric

from bot.metrics.exposition import Exposition


class Held:
    """A collector that a test holds. ``threads`` are those it was read in."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.free.set()
        self.threads: list[threading.Thread] = []

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        self.threads.append(threading.current_thread())
        assert self.free.wait(10)
        yield GaugeMetricFamily("times_read", "How often it was read.", len(self.threads))


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.free.set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(held: Held, clock: Clock) -> Callable[..., Exposition]:
    def make(look: Callable[[], None] = lambda: None, within: float = 5.0) -> Exposition:
        registry = CollectorRegistry()
        registry.register(held)
        return Exposition(registry, look, within=within, clock=clock)

    return make


async def test_it_is_read_in_a_thread_after_a_look_on_the_loop(make: Callable[..., Exposition], held: Held) -> None:
    looks: list[threading.Thread] = []
    told = await make(lambda: looks.append(threading.current_thread())).told("")
    assert b"times_read 1.0" in told.text
    assert looks == [threading.main_thread()]
    assert held.threads[0] is not threading.main_thread()


async def test_however_many_ask_within_a_second_it_is_read_once(
    make: Callable[..., Exposition], held: Held, clock: Clock
) -> None:
    exposition = make()
    told = await asyncio.gather(*(exposition.told("") for _ in range(100)))
    assert {one.text for one in told} == {told[0].text}
    assert len(held.threads) == 1
    clock.now += 1.1
    await exposition.told("")
    assert len(held.threads) == 2


async def test_a_driver_that_hangs_keeps_one_thread_and_nobody_waiting_for_long(
    make: Callable[..., Exposition], held: Held, clock: Clock
) -> None:
    exposition = make(within=0.02)
    held.free.clear()
    for _ in range(5):
        with pytest.raises(TimeoutError):
            await exposition.told("")
        clock.now += 10
    assert len(held.threads) == 1
    held.free.set()
    told = await make(within=5.0).told("")
    assert b"times_read" in told.text


async def test_a_thousand_ways_to_ask_keep_two_texts(make: Callable[..., Exposition], held: Held) -> None:
    exposition = make()
    kinds = {
        (await exposition.told(f"application/openmetrics-text;version={n}.0.0,*/*;q=0.{n}")).kind for n in range(50)
    }
    assert len(kinds) <= 2
    assert len(held.threads) <= 2
