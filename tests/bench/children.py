"""Processes beside the bench: started, watched, and gone when they are no longer needed."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

__all__ = ["python", "resident"]

ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def python(*arguments: str, env: Mapping[str, str]) -> AsyncIterator[Process]:
    """``python`` with the arguments, in the checkout's root, its standard output readable."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env=dict(env), stdout=PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def resident(pid: int) -> dict[str, float]:
    """Megabytes the tree has in memory, by what its processes run, shared pages divided among their users (PSS)."""
    weights: defaultdict[str, float] = defaultdict(float)
    for each in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        weights[_name(each)] += each.memory_full_info().pss / 1e6
    return dict(weights)


def _name(process: psutil.Process) -> str:
    """The module a Python process runs, else its program."""
    line = process.cmdline()
    return line[line.index("-m") + 1] if "-m" in line[:-1] else Path(line[0]).name if line else "?"
