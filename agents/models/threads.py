"""How many threads the engines use: one budget, of the cores that this process may use.

The engines' pools are as large as what they are given, each on its own: the language model and a sense at work at once
have more threads than there are cores. That is meant. A lone photo or recording gets all it can use, and where both
work, the kernel shares the cores between them by how :func:`give_way` ranks their threads.
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Budget", "budget", "cap", "cores", "give_way"]

_MOST_FOR_LLM = 8  # beyond, memory bounds it and not the cores
_MOST_FOR_SENSE = 4  # the items are small: more threads wait for each other
_CAP = "OMP_NUM_THREADS"  # OpenMP's own name, which PyTorch follows too and children inherit
_NICE = 3  # where both want a core, the other gets about twice as much: sched(7), "The nice value"


@dataclass(frozen=True, slots=True)
class Budget:
    """Threads of one call of each kind of engine, and why. ``reasons`` are by kind: ``cores``, ``llm``, ``sense``."""

    cores: int
    llm: int
    sense: int
    reasons: Mapping[str, str]


def budget(cores: int) -> Budget:
    """What a machine with so many cores for us gives to each."""
    llm, sense = min(cores, _MOST_FOR_LLM), min(cores, _MOST_FOR_SENSE)
    reasons = {
        "cores": f"{cores} may be used here: by affinity, the control group's quota and PARLEY_THREADS",
        "llm": f"every core up to {_MOST_FOR_LLM}: an answer is what people watch being written",
        "sense": f"every core up to {_MOST_FOR_SENSE}, and gives way to the language model where both work",
    }
    return Budget(cores, llm, sense, reasons)


def cap(most: int | None) -> None:
    """Use no more cores than that from now on, in this process and in those it starts; ``None``: as they come."""
    if most is not None:
        os.environ[_CAP] = str(most)


def cores(groups: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores that this process may use, at least one: by affinity, the control group's quota, and what was capped."""
    given = os.environ.get(_CAP, "")
    found = [_affinity(), _quota(groups)]
    if given.isascii() and given.isdigit():  # OpenMP allows lists, one number for each level of nesting
        found.append(float(given))
    return max(1, math.ceil(min(found)))


def _affinity() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota(groups: Path) -> float:
    """Cores by the quota of our control group as a container sees it, version 2 or 1; infinite without one.

    docs.kernel.org/admin-guide/cgroup-v2.html, cpu.max; docs.kernel.org/scheduler/sched-bwc.html, cpu.cfs_quota_us.
    """
    quota, _, period = _read(groups / "cpu.max").partition(" ")
    if not quota:
        quota, period = _read(groups / "cpu" / "cpu.cfs_quota_us"), _read(groups / "cpu" / "cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(period):
        return int(quota) / int(period)
    return math.inf


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def give_way() -> None:
    """Rank the calling thread, and every thread it starts, behind the language model's. Only Linux ranks threads."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        with suppress(OSError):  # a sandbox may forbid it, and it is no more than a courtesy
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)
