"""The engines get the cores that this process may use, and what gives way is ranked behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from agents.models.threads import budget, cap, cores, give_way

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has affinities and quotas")


@pytest.fixture(autouse=True)
def _uncapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)


@pytest.mark.parametrize(("given", "llm", "sense"), [(1, 1, 1), (2, 2, 2), (6, 6, 4), (64, 8, 4)])
def test_every_engine_gets_the_cores_up_to_what_it_can_use(given: int, llm: int, sense: int):
    found = budget(given)
    assert (found.cores, found.llm, found.sense) == (given, llm, sense)
    assert set(found.reasons) == {"cores", "llm", "sense"}


@linux
def test_cores_are_those_of_the_affinity(tmp_path: Path):
    assert cores(tmp_path) == len(os.sched_getaffinity(0))


@linux
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "150000 100000\n"}, 2),
        ({"cpu.max": "max 100000\n"}, 64),
        ({"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"}, 3),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 64),
        ({"cpu.max": "nonsense"}, 64),
    ],
)
def test_quota_of_the_container_bounds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], expected: int
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cores(tmp_path) == expected


def test_cap_holds_here_and_in_processes_that_are_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    cap(None)
    assert os.environ["OMP_NUM_THREADS"] == ""
    cap(1)
    assert cores(tmp_path) == 1
    code = "from agents.models.threads import cores; print(cores())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "1\n"


@linux
def test_thread_that_gives_way_is_ranked_behind_with_those_it_starts():
    ranks: list[int] = []

    def rank() -> None:
        ranks.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    def work() -> None:
        rank()
        give_way()
        rank()
        started = threading.Thread(target=rank)
        started.start()
        started.join()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    rank()
    assert ranks[0] == ranks[3], "the others keep theirs"
    assert ranks[0] < ranks[1] == ranks[2]
