"""One child is kept serving: shared, started again, but not endlessly."""

from __future__ import annotations

import asyncio
import os
import sys

import psutil
import pytest

from agents.models.child import Child, ChildFailure, ChildNotReady
from agents.models.supervisor import Supervisor

SERVES = "import sys; sys.stdin.readline(); print('here', flush=True); sys.stdin.readline()"


class Launches:
    """Starts small children and counts them; ``seconds`` each takes to serve."""

    def __init__(self, code: str = SERVES, seconds: float = 0.0) -> None:
        self.code = code
        self.seconds = seconds
        self.count = 0

    async def __call__(self) -> Child:
        self.count += 1
        await asyncio.sleep(self.seconds)
        return await Child.start([sys.executable, "-c", self.code], b"", within=10)


async def killed(child: Child) -> None:
    os.kill(child.pid, 9)
    assert await child.ended(within=5)


async def test_all_who_ask_at_once_share_one_child():
    launches = Launches(seconds=0.1)
    supervisor = Supervisor(launches)
    children = await asyncio.gather(*(supervisor.child() for _ in range(5)))
    assert len(set(children)) == 1
    assert launches.count == 1
    await supervisor.stop()


async def test_who_gives_up_waiting_does_not_end_the_start_for_others():
    launches = Launches(seconds=0.1)
    supervisor = Supervisor(launches)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await supervisor.child()
    assert (await supervisor.child()).running
    assert launches.count == 1
    await supervisor.stop()


async def test_child_that_died_is_replaced_when_next_asked_for():
    supervisor = Supervisor(Launches(), pause=0.01)
    first = await supervisor.child()
    await killed(first)
    assert supervisor.current is None
    second = await supervisor.child()
    assert second.pid != first.pid
    await supervisor.stop()


async def test_child_that_dies_again_and_again_is_given_up():
    launches = Launches()
    supervisor = Supervisor(launches, per_minute=3, pause=0.01)
    for _ in range(3):
        await killed(await supervisor.child())
    with pytest.raises(ChildNotReady) as caught:
        await supervisor.child()
    assert caught.value.failure is ChildFailure.EXHAUSTED
    assert launches.count == 3
    await supervisor.stop()


async def test_start_that_fails_with_nobody_waiting_does_not_complain():
    supervisor = Supervisor(Launches(code="raise SystemExit(3)", seconds=0.05))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await supervisor.child()
    starting = supervisor._starting
    assert starting is not None
    await asyncio.wait([starting])
    await supervisor.stop()


async def test_stopping_while_starting_tells_those_who_wait():
    supervisor = Supervisor(Launches(seconds=30))
    waiting = asyncio.create_task(supervisor.child())
    await asyncio.sleep(0.02)
    await supervisor.stop()
    with pytest.raises(ChildNotReady) as caught:
        await waiting
    assert caught.value.failure is ChildFailure.STOPPED
    assert psutil.Process().children() == []


async def test_after_stop_nothing_starts_until_resumed():
    supervisor = Supervisor(Launches(), pause=0.01)
    first = await supervisor.child()
    await supervisor.stop()
    assert not first.running
    with pytest.raises(ChildNotReady):
        await supervisor.child()
    supervisor.resume()
    assert (await supervisor.child()).running
    await supervisor.stop()


async def test_child_that_is_not_needed_for_now_is_replaced_when_next_asked_for_however_often():
    launches = Launches()
    supervisor = Supervisor(launches, per_minute=2, pause=0.01)
    for _ in range(4):
        child = await supervisor.child()
        retiring = asyncio.create_task(supervisor.retire(child))
        await asyncio.sleep(0)
        assert supervisor.current is None, "nobody is given a child that is ending"
        await retiring
        assert not child.running
    assert launches.count == 4
    await supervisor.stop()
