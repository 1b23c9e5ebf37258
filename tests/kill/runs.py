"""Many series one after another, which go on where they were broken off: each leaves what it came to in its folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

from tests.kill.series import Series, run
from tests.kill.verdict import Verdict

__all__ = ["many", "total"]

_SERIES = 50  # kills


async def many(kills: int, seed: int, folder: Path, pause: float, working: float) -> AsyncIterator[Verdict]:
    """What each series came to, now or when it was run before; see ``Series``."""
    for number, first in enumerate(range(0, kills, _SERIES)):
        series = Series(min(_SERIES, kills - first), seed + number, pause=pause, working=working)
        yield await _once(series, folder / f"series-{number + 1}")


def total(verdicts: list[Verdict]) -> Verdict:
    summed = Verdict()
    for name in Verdict.__dataclass_fields__:
        setattr(summed, name, sum((getattr(each, name) for each in verdicts), start=getattr(summed, name)))
    return summed


def _empty(folder: Path) -> None:
    """Of a run that was broken off in the middle."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


async def _once(series: Series, folder: Path) -> Verdict:
    told = folder / "verdict.json"
    if told.exists() and (kept := json.loads(told.read_text("utf-8")))["series"] == asdict(series):
        return Verdict(**kept["verdict"])
    _empty(folder)
    print(f"\n{folder.name}: {series.kills} kills, seed {series.seed}", flush=True)
    verdict = await run(series, folder)
    told.write_text(json.dumps({"series": asdict(series), "verdict": asdict(verdict)}, indent=1), encoding="utf-8")
    if verdict.clean and not verdict.doubled:
        shutil.rmtree(folder / "data")
    return verdict
