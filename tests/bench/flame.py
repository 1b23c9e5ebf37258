"""Where the time of a turn goes: a flame graph, and what share of it each part of the code takes.

py-spy watches a process of its own that answers turn after turn with a model that takes no time.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.children import ROOT
from tests.bench.figures import Figure
from tests.bench.scale import Scale

__all__ = ["measure"]

GRAPH = ROOT / "build" / "turn.svg"
_RATE = 250  # samples a second
# The first that a stack holds says whose time it is, from the innermost concern outwards.
_OWNERS = {
    "the scripted model's own": ("scripted_llm",),
    "storage and its threads": ("storage/", "concurrent/futures"),
    "prompts, guard and templates (agents)": ("agents/fusion", "agents/replies", "agents/guard", "agents/courses"),
    "loops of words (agents/repetition)": ("agents/repetition",),
    "LangChain's streaming": ("langchain_core/language_models",),
    "LangGraph": ("pregel", "langgraph"),
    "desk, turns, assistant": ("bot/", "agents/"),
}
_REST = "event loop and the bench itself"


async def measure(scale: Scale) -> AsyncIterator[Figure]:
    seconds = scale.of(10.0, 0.5)
    with TemporaryDirectory() as folder:
        stacks = Path(folder) / "stacks"
        why_not = await _watched("raw", stacks, seconds)
        if not why_not and scale is Scale.FULL:
            why_not = await _watched("flamegraph", GRAPH, seconds)
        if why_not:
            yield Figure(f"no flame graph: {why_not}", 0)
            return
        shares = _shares(await asyncio.to_thread(stacks.read_text))
    for owner, share in shares.most_common():
        yield Figure(f"share of a turn ({GRAPH.parent.name}/{GRAPH.name}): {owner}", 100 * share, "%")


async def _watched(form: str, path: Path, seconds: float) -> str | None:
    """Have py-spy write to the path; why it could not, if it could not."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if spy is None:
        return "py-spy is not installed"
    path.parent.mkdir(exist_ok=True)
    watch = [spy, "record", "--gil", "--rate", str(_RATE), "--format", form, "--output", str(path)]
    turning = [sys.executable, "-m", "tests.bench.turning", str(seconds)]
    process = await asyncio.create_subprocess_exec(
        *watch, "--", *turning, cwd=ROOT, env=os.environ, stdout=DEVNULL, stderr=PIPE
    )
    _, told = await process.communicate()
    if process.returncode == 0:
        return None
    return (told.decode(errors="replace").strip().splitlines() or ["py-spy failed"])[-1]


def _shares(stacks: str) -> Counter[str]:
    """The share of samples by owner; imports and the profiled process's start do not count."""
    samples: Counter[str] = Counter()
    for line in stacks.splitlines():
        stack, _, number = line.rpartition(" ")
        if "importlib" not in stack and "_find_and_load" not in stack:
            samples[_owner(stack)] += int(number)
    total = samples.total()
    if not total:
        raise RuntimeError("py-spy saw nothing")
    return Counter({owner: number / total for owner, number in samples.items()})


def _owner(stack: str) -> str:
    return next((owner for owner, marks in _OWNERS.items() if any(mark in stack for mark in marks)), _REST)
