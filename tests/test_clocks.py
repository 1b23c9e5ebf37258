"""Clocks that jump by days, forward and back: nobody's message, chat or wait is lost by it."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

import pytest

from tests.bot.web.site import opened
from tests.emulator import Emulator
from tests.emulator.faults import Fault
from tests.process import ROOT, BotProcess
from tests.test_faults import said, states
from tests.waiting import until

DAY = 86_400.0
PATIENCE = 90.0  # seconds, on a busy machine
# Run by the interpreter before anything else: the clock on the wall shows as much more as the file says, in seconds.
JUMPING = """
import datetime, os, pathlib, time

_by, _time, _datetime = pathlib.Path(os.environ["CLOCK"]), time.time, datetime.datetime

def _jump():
    return float(_by.read_text() or 0) if _by.exists() else 0.0

class Jumping(_datetime):
    @classmethod
    def now(cls, tz=None):
        return _datetime.now(tz) + datetime.timedelta(seconds=_jump())

time.time = lambda: _time() + _jump()
datetime.datetime = Jumping
"""


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_the_real_process_waits_for_its_channel_whatever_the_clock_shows(tmp_path: Path) -> None:
    site, clock = tmp_path / "site", tmp_path / "clock"
    site.mkdir()
    (site / "sitecustomize.py").write_text(JUMPING)
    settings = {
        "PARLEY_PROFILE": "scripted",
        "PARLEY_BACKOFF": "0.2",
        "PYTHONPATH": os.pathsep.join((str(site), str(ROOT))),
        "CLOCK": str(clock),
    }
    async with Emulator() as emulator, BotProcess(emulator, tmp_path, **settings) as bot:
        ada = emulator.user()
        await ada.text("before")
        await until(lambda: said(emulator, ada) == ["You said: before"], within=PATIENCE)
        for number, jump in enumerate((3 * DAY, -5 * DAY, 400 * DAY, 0.0)):
            trouble = emulator.faults.add(Fault("sendMessage", count=3, status=502))
            await ada.text(f"kept {number}")
            await until(lambda trouble=trouble: trouble.hits >= 1, within=PATIENCE)
            clock.write_text(str(jump))
            await ada.text(f"sent after {number}")
            await until(lambda number=number: len(said(emulator, ada)) == 3 + 2 * number, within=PATIENCE)
        expected = [f"You said: {text} {number}" for number in range(4) for text in ("kept", "sent after")]
        assert said(emulator, ada)[1:] == expected
        await until(lambda: states(tmp_path) == {"done"}, within=PATIENCE)
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output
        assert emulator.violations == []


@pytest.mark.parametrize("jump", [30 * DAY, -30 * DAY])
async def test_a_browser_keeps_its_chat_when_the_clock_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    async with opened(tmp_path) as site:
        ada = await site.browser()
        key = await ada.said("hello")
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + jump)
        await ada.load()
        assert [item["key"] for item in await ada.items()] == [key]
        assert await ada.said("again") != key
        assert len(await ada.items()) == 2


async def test_a_session_that_really_is_too_old_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(tmp_path) as site:
        ada = await site.browser()
        await ada.said("hello")
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + 91 * DAY)
        assert (await ada.client.get("/api/chat")).status_code == 401


def test_the_mind_measures_by_the_monotonic_clock_alone() -> None:
    """Deadlines, breakers, idle models, retries and starts a minute: all of them are in ``agents``."""
    walls = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "agents").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in walls
    ]
    assert found == []
