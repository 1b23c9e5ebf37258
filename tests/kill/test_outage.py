"""Telegram away for a while: what was said before and meanwhile is answered afterwards, in order."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.kill.acts import Acts
from tests.kill.crowd import Crowd
from tests.kill.journal import Journal
from tests.kill.places import places
from tests.kill.site import settings
from tests.kill.verdict import judged
from tests.kill.waiting import Waiting
from tests.process import BotProcess
from tests.waiting import until

TEN_MINUTES = 600.0


@pytest.mark.parametrize(
    ("chats", "away"),
    [(8, 2.0), pytest.param(50, TEN_MINUTES, marks=[pytest.mark.long, pytest.mark.timeout(1200)])],
)
async def test_what_was_said_is_answered_when_telegram_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chats: int, away: float
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the emulator checks voice notes by PTB's classes
    chance, journal = random.Random(6), Journal()
    async with Emulator() as emulator:
        found, waiting = await places(emulator, chats), Waiting(emulator, tmp_path)
        crowd = Crowd(Acts(emulator, journal, chance), found, chance, 0.1, lambda: len(journal.said) > 20 * chats)
        async with BotProcess(emulator, tmp_path, **settings(tmp_path, 0.3)) as bot:
            await until(lambda: "Up on Telegram" in bot.output, within=60)
            writing = asyncio.create_task(crowd.run())
            await emulator.called("sendMessage", 3, within=60)
            said = len(journal.said)
            await emulator.down(away)
            assert len(journal.said) > said, "nobody wrote while it was away"
            writing.cancel()
            await crowd.finish()
            await until(lambda: waiting.count() == 0, within=150)
            assert await bot.stop() == 0
        verdict = judged(emulator, journal, found, tmp_path)
    assert (verdict.lost, verdict.wrong, verdict.doubled) == ([], [], [])
