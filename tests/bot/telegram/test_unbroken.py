"""Calls that nobody waits for any more leave nothing behind in the pool of connections."""

from __future__ import annotations

import asyncio
import random

import httpx

from bot.telegram.unbroken import UnbrokenTransport
from tests.emulator import Emulator

TIMES = 60
AT_ONCE = 8


async def test_cancelled_calls_do_not_use_the_pool_up(emulator: Emulator) -> None:
    chance = random.Random(6)
    trusted = httpx.create_ssl_context(trust_env=False)
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=1)
    transport = UnbrokenTransport(trusted, limits)
    async with httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(5.0)) as http:
        for _ in range(TIMES):
            await asyncio.gather(*(broken_off(http, emulator, chance) for _ in range(AT_ONCE)))
        answers = await asyncio.gather(*(http.get(me(emulator)) for _ in range(AT_ONCE)))
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE


async def broken_off(http: httpx.AsyncClient, emulator: Emulator, chance: random.Random) -> None:
    call = asyncio.create_task(http.get(me(emulator)))
    await asyncio.sleep(chance.uniform(0, 0.02))
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)


def me(emulator: Emulator) -> str:
    return f"{emulator.base_url}/bot{emulator.token}/getMe"
