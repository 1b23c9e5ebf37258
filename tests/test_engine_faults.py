"""Engines, GPUs and hosts of models at fault around the real process: it lives, and every turn is answered."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from tests.agents.models.openai.raw_host import RawHost
from tests.emulator import Emulator
from tests.pictures import sign
from tests.process import ROOT, BotProcess
from tests.sounds import voice
from tests.test_faults import said, states
from tests.test_plugin import distribution
from tests.waiting import lives, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

PATIENCE = 90.0  # seconds, on a busy machine
# A backend of another package, which hears where it runs, on a GPU that is there as long as a file is not.
VANISHING = """
from pathlib import Path

from agents.errors import DeviceLost
from agents.models.footprint import Footprint
from agents.models.options import Options
from agents.ports import Card
from agents.values import Finding


class Shouting:
    @classmethod
    def declare(cls, reference):
        Options(reference, frozenset({"device", "gone"})).device()
        return Card(str(reference), languages=frozenset({"en"}), confidence="always the same")

    @classmethod
    def footprint(cls, reference, folder, kind):
        return Footprint(100_000_000, 2_000_000_000 if kind == "gpu" else 0)

    def __init__(self, reference, folder):
        self.card = self.declare(reference)
        self._on_gpu = reference.options["device"] == "cuda:0"
        self._gone = Path(reference.options["gone"]) / "gone"
        self._look()

    def _look(self):
        if self._on_gpu and self._gone.exists():
            raise DeviceLost(self.card.reference, "the GPU has fallen off the bus")

    def transcribe(self, sounds):
        self._look()
        return [[Finding("heard on the " + ("GPU" if self._on_gpu else "CPU"), 0.9, "en")] for _ in sounds]
"""
# What the driver tells the assistant; engines in processes of their own know none of our settings.
DRIVER = """
import os, sys
if "PARLEY_PROFILE" in os.environ:
    from tests.nvml import FakeNvml
    sys.modules["pynvml"] = FakeNvml([("RTX 4090", 24 * 10**9, 23 * 10**9)])
"""


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running
        assert running.violations == []


def engines(bot: BotProcess) -> list[psutil.Process]:
    """The processes of its engines that live."""
    return [one for one in psutil.Process(bot.pid).children() if _is_engine(one)]


def _is_engine(process: psutil.Process) -> bool:
    try:
        return "agents.models.apart.child" in process.cmdline()
    except psutil.Error:  # it has just ended
        return False


async def test_engines_killed_in_mid_work_cost_no_turn(emulator: Emulator, tmp_path: Path) -> None:
    slow = {
        "PARLEY_CAPTION": "scripted:caption?text=a cat&seconds=1",
        "PARLEY_OCR": "scripted:ocr?text=SALE&seconds=1",
    }
    async with BotProcess(emulator, tmp_path, PARLEY_PROFILE="scripted", PARLEY_APART="caption,ocr", **slow) as bot:
        people = [emulator.user(id=2000 + n, username=f"p{n}", first_name=f"P{n}") for n in range(6)]
        await until(lambda: "Up on" in bot.output, within=PATIENCE)
        assert len(engines(bot)) == 2
        for person in people:
            await person.photo(sign())
        # One alone went first, and now the others are worked on together.
        await until(lambda: any(said(emulator, person) for person in people), within=PATIENCE)
        for engine in engines(bot):
            engine.kill()
        await until(lambda: all(said(emulator, person) for person in people), within=PATIENCE)
        for person in people:
            (text,) = said(emulator, person)
            assert "a cat" in text and "SALE" in text, text
        assert "engine died" in bot.output, "none was killed in mid-work"
        await until(lambda: states(tmp_path) == {"done"}, within=PATIENCE)
        children = engines(bot)
        assert await bot.stop(within=30) == 0
        await until(lambda: not any(map(lives, children)), within=PATIENCE)
        assert "Traceback" not in bot.output


async def test_a_gpu_that_disappears_is_left_for_the_cpu_and_nobody_hears_of_it(
    emulator: Emulator, tmp_path: Path
) -> None:
    site, gone = tmp_path / "site", tmp_path / "gone"
    distribution(site, "vanishing", VANISHING)
    (site / "sitecustomize.py").write_text(DRIVER, encoding="utf-8")
    async with BotProcess(
        emulator,
        tmp_path,
        PARLEY_PROFILE="scripted",
        PARLEY_ASR=f"vanishing:x?gone={tmp_path}",
        PYTHONPATH=os.pathsep.join((str(site), str(ROOT))),
    ) as bot:
        ada = emulator.user()
        for number, place in enumerate(("GPU", "CPU", "CPU"), 1):
            await ada.voice(voice("en-sign"))
            await until(lambda number=number: len(said(emulator, ada)) == number, within=PATIENCE)
            assert f"heard on the {place}" in said(emulator, ada)[-1]
            gone.touch()
        assert "model.stepped_down" in bot.output
        assert engines(bot) == [], "on the CPU it has no process of its own"
        assert await bot.stop(within=30) == 0
        assert "Traceback" not in bot.output and "fallen off" not in "".join(said(emulator, ada))


async def test_a_host_that_accepts_and_never_answers_is_passed_over(emulator: Emulator, tmp_path: Path) -> None:
    async with (
        RawHost(end="silence") as silent,
        BotProcess(
            emulator,
            tmp_path,
            PARLEY_PROFILE="scripted",
            PARLEY_LLM=f"{silent.reference()} | scripted:echo",
            PARLEY_ANSWER_DEADLINE="6",
        ) as bot,
    ):
        ada = emulator.user()
        for number in range(1, 4):
            await ada.text(f"hello {number}")
            await until(lambda number=number: len(said(emulator, ada)) == number, within=PATIENCE)
        assert said(emulator, ada) == [f"You said: hello {number}" for number in range(1, 4)]
        assert await bot.stop(within=30) == 0
        assert "Traceback" not in bot.output
