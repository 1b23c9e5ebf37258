"""When several chats are told to wait, everything goes more slowly for a while."""

from __future__ import annotations

import asyncio

import pytest

from tests.bot.telegram.pacing.leaping import run
from tests.bot.telegram.pacing.wire import SMALL, Wire


def test_several_chats_told_to_wait_slow_everything_down_for_a_while() -> None:
    async def story() -> None:
        wire = Wire(SMALL)
        for chat in ("1", "2", "3"):
            wire.fail(chat, 1)
            await wire.call(chat, within=0)
        assert wire.scheduler.factor == 0.5
        begun = wire.now
        await asyncio.gather(*(wire.call(str(chat)) for chat in range(4, 7)))
        assert wire.now - begun == pytest.approx(0.6), "three at half the rate of ten, without a burst"
        await asyncio.sleep(30)
        await wire.call("9")
        assert wire.scheduler.factor == 1.0

    run(story())


def test_the_pace_falls_to_a_floor_and_comes_back_step_by_step() -> None:
    async def story() -> None:
        wire = Wire()
        for chat in range(1, 31):
            wire.fail(str(chat), 1)
            await wire.call(str(chat), within=0.9)
        assert wire.scheduler.factor == 1 / 8
        factors = []
        for _ in range(4):
            await asyncio.sleep(30)
            await wire.call("99")
            factors.append(wire.scheduler.factor)
        assert factors == [1 / 4, 1 / 2, 1.0, 1.0]

    run(story())


def test_one_chat_told_to_wait_often_slows_down_nobody_else() -> None:
    async def story() -> None:
        wire = Wire()
        wire.fail("7", *[1] * 9)
        await wire.call("7")
        assert wire.scheduler.factor == 1.0

    run(story())
