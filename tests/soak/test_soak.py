"""Many mixed turns with trouble on the way: all are answered, and the process holds no more at the end than before.

``make soak`` sets PARLEY_SOAK=20000 and leaves a table and a drawing in build/soak.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.kill.acts import Acts
from tests.kill.crowd import Crowd
from tests.kill.journal import Journal
from tests.kill.places import places
from tests.kill.site import settings
from tests.kill.verdict import Verdict, judged
from tests.kill.waiting import Waiting
from tests.process import ROOT, BotProcess
from tests.soak.gauge import sample
from tests.soak.record import Record
from tests.soak.trouble import now_and_then
from tests.waiting import until

TURNS = int(os.environ.get("PARLEY_SOAK", "0"))
WARM = min(2_000, TURNS // 4)
GROWTH = 0.05
EVERY = 2.0  # seconds between samples
FLAT = ("files", "threads", "children", "tasks")
SLACK = 12  # of these are more at one moment than at another, as turns and connections come and go


@pytest.mark.long
@pytest.mark.skipif(not TURNS, reason="make soak says how many turns")
@pytest.mark.timeout(600 + TURNS)
async def test_nothing_grows_with_the_number_of_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the emulator checks voice notes by PTB's classes
    folder = emptied(ROOT / "build" / "soak")
    record, verdict = await soaked(folder)
    print(f"\n{verdict.turns} turns\n{record.keep(folder)}")
    assert (verdict.lost, verdict.wrong) == ([], [])
    assert record.growth("resident") <= GROWTH, record.ends("resident")
    for name in FLAT:
        first, last = record.ends(name)
        assert last <= first + SLACK, name


def emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


async def soaked(folder: Path) -> tuple[Record, Verdict]:
    chance, journal, record = random.Random(20261122), Journal(), Record(WARM)
    async with Emulator() as emulator:
        found, waiting = await places(emulator), Waiting(emulator, folder)
        crowd = Crowd(Acts(emulator, journal, chance, slow=0.5), found, chance, 0.03, waiting.is_much)
        bot = BotProcess(emulator, folder, **settings(folder, PARLEY_HTTP="true"))
        async with bot:
            await until(lambda: bot.address is not None, within=60)
            beside = [asyncio.create_task(work) for work in (crowd.run(), now_and_then(emulator, chance, 3.0))]
            await measured(bot, record, crowd)
            for task in beside:
                task.cancel()
            emulator.faults.clear()
            await crowd.finish()
            await until(lambda: waiting.count() == 0, within=180)
            assert await bot.stop() == 0
        return record, judged(emulator, journal, found, folder)


async def measured(bot: BotProcess, record: Record, crowd: Crowd) -> None:
    """Until there were so many turns."""
    began = time.monotonic()
    while not record.samples or record.samples[-1].turns < TURNS:
        await asyncio.sleep(EVERY)
        crowd.check()
        record.samples.append(await sample(bot, time.monotonic() - began))
        print(record.samples[-1], flush=True)
