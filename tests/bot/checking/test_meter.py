"""Memory is the model's own: what the process and the GPU held before is not counted."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bot.checking.meter import Meter, resident
from tests.nvml import FakeNvml

GB = 10**9


def test_what_a_gpu_holds_more_than_before_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = FakeNvml([("card", 12 * GB, 10 * GB)]).install(monkeypatch)
    meter = Meter(os.getpid())
    meter.begin()
    nvml.gpus = [("card", 12 * GB, 4 * GB)]
    meter.look()
    nvml.gpus = [("card", 12 * GB, 9 * GB)]
    meter.look()
    assert meter.vram == 6 * GB


def test_without_a_gpu_nothing_is_told_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeNvml(driver=None).install(monkeypatch)
    meter = Meter(os.getpid())
    meter.look()
    assert (meter.vram, meter.ram) == (None, None)


def test_children_count_and_a_process_that_is_gone_does_not() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; print(len(b'x'), flush=True); sys.stdin.read()"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    assert child.stdout is not None
    child.stdout.readline()
    assert resident(os.getpid()) > resident(child.pid) > 1_000_000
    child.communicate()
    assert resident(child.pid) == 0
