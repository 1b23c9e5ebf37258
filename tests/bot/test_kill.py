"""kill -9 at random instants under load: nothing accepted is lost, albums stay whole, order is kept, and doubled
replies are rare.

Five kills in the suite. ``make kill`` sets PARLEY_KILLS=1000, in series that each run dry; what they come to is kept in
build/kill, so that a run that was broken off goes on. PARLEY_KILL_SEED draws other moments.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.kill.runs import many, total
from tests.kill.verdict import Verdict
from tests.process import ROOT

KILLS = int(os.environ.get("PARLEY_KILLS", "5"))
SEED = int(os.environ.get("PARLEY_KILL_SEED", "20261122"))  # the same moments in every run, as far as machines allow
FEW = 5
DOUBLED_AT_MOST = 1 / 1000  # of the turns


@pytest.mark.no_cover
@pytest.mark.timeout(300 + 30 * KILLS)
async def test_nothing_accepted_is_lost_at_random_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # the emulator checks voice notes by PTB's classes
    folder = tmp_path if KILLS <= FEW else ROOT / "build" / "kill" / str(SEED)
    verdicts = []
    pause, working = (0.25, 1.0) if KILLS <= FEW else (0.1, 2.5)
    async for verdict in many(KILLS, SEED, folder, pause, working):
        verdicts.append(verdict)
        print(report(verdict), flush=True)
    found = total(verdicts)
    print(f"\n{KILLS} kills: {report(found)}")
    assert (found.lost, found.wrong) == ([], [])
    most = FEW if KILLS <= FEW else found.turns * DOUBLED_AT_MOST  # of so few turns no ratio can be told
    assert len(found.doubled) <= most, found.doubled
    assert found.joined and found.albums


def report(found: Verdict) -> str:
    return (
        f"{found.messages} messages ({found.repeated} brought twice), {found.turns} turns, {found.joined} of several; "
        f"{found.albums} albums, {found.late} photos said to be late; lost {len(found.lost)}, "
        f"wrong {len(found.wrong)}, doubled {len(found.doubled)}, previews left {len(found.previews)}"
    )
