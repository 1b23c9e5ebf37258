"""What nobody uses for a while is let go, and not before."""

from __future__ import annotations

import asyncio

from agents.models.llamacpp.resting import Resting


async def test_what_is_in_use_is_not_let_go():
    left = asyncio.Event()

    async def leave() -> None:
        left.set()

    resting = Resting(0.0, leave)
    with resting.used():
        with resting.used():
            pass
        await asyncio.sleep(0.01)
        assert not left.is_set()
    async with asyncio.timeout(5):
        await left.wait()


async def test_without_a_time_it_stays():
    async def leave() -> None:
        raise AssertionError("it was to stay")

    with Resting(None, leave).used():
        pass
    await asyncio.sleep(0.01)
