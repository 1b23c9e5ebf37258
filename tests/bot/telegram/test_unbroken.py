"""Calls and downloads that nobody waits for any more leave nothing behind in the pools of connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.telegram.client import TelegramClient
from bot.telegram.files import Files
from tests.slow_host import SlowHost, break_off

CONNECTIONS = 4
TIMES = 60
US = {"id": 1, "is_bot": True, "first_name": "Parley", "username": "parley_bot"}
FILE = {"file_id": "photo", "file_unique_id": "one", "file_path": "photos/1.jpg"}


@asynccontextmanager
async def reaching(host: SlowHost) -> AsyncIterator[TelegramClient]:
    client = TelegramClient(SecretStr("1:secret"), host.address, connections=CONNECTIONS)
    try:
        yield client
    finally:
        await client.close()


async def test_cancelled_calls_do_not_use_the_pool_up() -> None:
    async with SlowHost({"ok": True, "result": US}) as host, reaching(host) as client:
        await break_off(client.bot.get_me, CONNECTIONS * 2, TIMES)
        await host.gather(CONNECTIONS)
        told = await asyncio.gather(*(client.bot.get_me() for _ in range(CONNECTIONS)))
    assert [user.username for user in told] == ["parley_bot"] * CONNECTIONS


async def test_cancelled_downloads_do_not_use_the_pool_up() -> None:
    async with SlowHost({"ok": True, "result": FILE}) as host, reaching(host) as client:
        files = Files(client, max_bytes=1000)
        await break_off(lambda: files.fetch("photo"), CONNECTIONS * 2, TIMES, within=0.06)
        await host.gather(CONNECTIONS)
        fetched = await asyncio.gather(*(files.fetch("photo") for _ in range(CONNECTIONS)))
    assert [b"photo" in content for content in fetched] == [True] * CONNECTIONS
