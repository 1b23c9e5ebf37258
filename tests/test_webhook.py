"""Updates by webhook through the real process: kept before they are received, also when it is killed meanwhile."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.process import BotProcess
from tests.waiting import until

PATIENCE = 60.0  # seconds for one answer, or one start, on a busy machine


@pytest.mark.long  # in short, inside one process: tests/bot/telegram/test_webhook.py
async def test_what_a_webhook_received_outlives_kill_9_and_is_answered_once(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = {
        "PARLEY_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram",
        "PARLEY_TELEGRAM_WEBHOOK_PORT": str(port),
    }
    slow = "scripted:echo?seconds=1"
    async with Emulator() as emulator:
        ada = emulator.user()
        async with BotProcess(emulator, tmp_path, PARLEY_PROFILE="scripted", PARLEY_LLM=slow, **hook) as bot:
            posts = [await ada.text(f"Question {number}?") for number in range(3)]
            await emulator.updates.confirmed(posts[-1].update_id, within=PATIENCE)
            await bot.kill()
            meanwhile = await ada.text("Sent while nobody listens?")
            await bot.start()
            await emulator.updates.confirmed(meanwhile.update_id, within=PATIENCE)
            await emulator.updates.repeat(posts[0].update_id)
            await until(lambda: any("nobody listens" in sent.text for sent in emulator.sent(ada)), PATIENCE)
            await asyncio.sleep(1.5)
            assert await bot.stop() == 0
        answers = " ".join(sent.text for sent in emulator.sent(ada))
        assert [answers.count(f"Question {number}?") for number in range(3)] == [1, 1, 1]
        assert (emulator.count("getUpdates"), emulator.violations) == (0, [])
