"""``python -m tests.bench.turning seconds``: turn after turn without a pause, for a profiler to look at."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from agents.models.scripted import ScriptedLLM
from tests.bench.office import office
from tests.bench.orchestration import REPLY

_TURNS = 10  # of a chat, before another begins


async def _turn_after_turn(seconds: float) -> int:
    done = 0
    with TemporaryDirectory() as folder:
        async with office(Path(folder), ScriptedLLM.of([REPLY])) as place:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                await place.ask(str(done // _TURNS), "Where can I eat well?")
                done += 1
    return done


if __name__ == "__main__":
    print(uvloop.run(_turn_after_turn(float(sys.argv[1]))), "turns")
