"""The web chat of the real process: beside Telegram, through kill -9 in the middle of an answer, until Ctrl-C."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.bot.web.reader import reading
from tests.bot.web.site import Browser
from tests.emulator import Emulator
from tests.process import BotProcess
from tests.waiting import until

pytestmark = pytest.mark.no_cover

SLOW = "scripted:echo?seconds=4"
UP = 30.0  # seconds


def web(emulator: Emulator | None, folder: Path, **settings: str) -> BotProcess:
    return BotProcess(emulator, folder, PARLEY_PROFILE="scripted", PARLEY_HTTP="true", **settings)


async def up(bot: BotProcess, times: int = 1) -> str:
    """The address, once turns are answered."""
    await until(lambda: bot.output.count("Ctrl-C stops.") == times or not bot.running, within=UP)
    assert bot.running, bot.output
    assert bot.address is not None
    return bot.address


@asynccontextmanager
async def visiting(address: str) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=address, timeout=20, trust_env=False) as client:
        yield Browser(client)


async def test_an_answer_broken_off_by_kill_9_is_there_once_after_the_restart(tmp_path: Path) -> None:
    async with web(None, tmp_path, PARLEY_LLM=SLOW) as first:
        address = await up(first)
        assert f"Up on {address}. Ctrl-C stops." in first.output
        async with visiting(address) as ada:
            await ada.load()
            async with reading(ada.client) as reader:
                key = await ada.said("one two three four five")
                await reader.until(lambda: key in reader.items and "one" in reader.items[key]["text"])
                await first.kill()
            cookies = ada.client.cookies
    async with web(None, tmp_path) as second, visiting(await up(second, 2)) as ada:
        ada.client.cookies = cookies
        await ada.load()
        async with reading(ada.client) as reader:
            item = await reader.state(key, "done")
            assert item["text"].count("one two three four five") == 1
        assert [item["key"] for item in await ada.items()] == [key]
        assert (await ada.post("one two three four five", key=key)).json()["state"] == "done"
        ready = await ada.client.get("/readyz")
        assert (ready.status_code, set(ready.json()["models"].values())) == (200, {"loaded"})
        async with reading(ada.client):
            assert await second.stop() == 0
        assert "Traceback" not in second.output


async def test_telegram_and_the_web_are_served_side_by_side_and_a_taken_port_is_said_in_a_line(tmp_path: Path) -> None:
    async with Emulator() as emulator, web(emulator, tmp_path) as bot:
        address = await up(bot)
        assert f"Up on Telegram, answering everybody, and on {address}. Ctrl-C stops." in bot.output
        ada = emulator.user()
        await ada.text("hello from Telegram")
        assert "hello from Telegram" in (await emulator.next_message(ada)).text
        async with visiting(address) as bea:
            await bea.load()
            async with reading(bea.client) as reader:
                assert (
                    "hello from the web" in (await reader.state(await bea.said("hello from the web"), "done"))["text"]
                )
        other = tmp_path / "other"
        other.mkdir()
        async with web(None, other, PARLEY_HTTP_PORT=address.rpartition(":")[2]) as second:
            await until(lambda: not second.running, within=UP)
        (line,) = [line for line in second.output.splitlines() if "PARLEY_HTTP_PORT" in line]
        assert line.startswith("PARLEY_HTTP_PORT: port")
        assert "Traceback" not in second.output
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output
