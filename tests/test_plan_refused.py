"""A house that cannot fit keeps the process from starting: told line by line, before anything is loaded or written."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process import ROOT
from tests.test_plugin import distribution

PATIENCE = 60.0  # seconds on a busy machine
BACKEND = """
from pathlib import Path
from agents.models.footprint import Footprint
from agents.ports import Card

class Shouting:
    def __init__(self, reference, folder):
        Path("loaded").touch()

    @classmethod
    def declare(cls, reference):
        return Card(str(reference))

    @classmethod
    def footprint(cls, reference, folder, kind):
        return Footprint(3_000_000_000)

    def transcribe(self, sounds):
        return [[] for _ in sounds]
"""


async def said(folder: Path, *command: str, **settings: str) -> tuple[int | None, str, str]:
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("PARLEY_", "TELEGRAM_"))}
    environment = kept | settings | {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(folder / "site"))),
        "PARLEY_PROFILE": "scripted",
        "PARLEY_ASR": "heavyweight:champion",
        "PARLEY_HTTP_PORT": "0",
    }  # fmt: skip
    work = folder / "work"
    work.mkdir(exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *command, cwd=work, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        out, told = await process.communicate()
    return process.returncode, out.decode(), told.decode()


@pytest.mark.parametrize("command", [("run",), ("chat", "--text", "hello")], ids=" ".join)
async def test_what_clearly_does_not_fit_is_refused_before_anything_loads(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    distribution(tmp_path / "site", "heavyweight", BACKEND)
    status, out, told = await said(tmp_path, *command, PARLEY_RAM_GB="1")
    assert status == 2
    assert out == ""
    assert told.splitlines() == [
        "These models do not fit this machine.",
        "memory: 3.0 GB are wanted, 2.0 GB more than the 1.0 GB for models: asr (heavyweight:champion) 3.0 GB",
        "What would help, the nearest first:",
        "  take a smaller model or quantisation for asr (heavyweight:champion): 60 % less would do",
        "  leave out asr (heavyweight:champion)",
        "Models may have what is free now, unless PARLEY_RAM_GB and PARLEY_VRAM_GB say otherwise.",
    ]
    assert list((tmp_path / "work").iterdir()) == []


async def test_what_may_just_fit_starts_with_a_warning(tmp_path: Path) -> None:
    distribution(tmp_path / "site", "heavyweight", BACKEND)
    status, _, told = await said(tmp_path, "chat", PARLEY_RAM_GB="2.5")
    assert status == 0
    lines = told.splitlines()
    assert lines[0] == "Parley, profile scripted; loading models"
    assert "  models on the CPU: about 3.0 of 2.5 GB of memory" in lines
    careful = next(
        number for number, line in enumerate(lines) if line.startswith("  Careful: memory: 3.0 GB are wanted")
    )
    loading = next(number for number, line in enumerate(lines) if "ready in" in line)
    assert careful < loading
    assert (tmp_path / "work" / "loaded").exists()
