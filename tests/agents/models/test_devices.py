"""What the machine has is found without torch, and whatever is missing or broken is no exception."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.models import devices
from agents.models.devices import Gpu, cuda_visible, machine, vram_used
from tests.nvml import FakeNvml

GB = 10**9


def test_this_machine_has_cores_and_memory_and_asking_imports_no_engine() -> None:
    code = (
        "import sys; from agents.models.devices import machine; found = machine()\n"
        "assert found.cores >= 1 and 0 < found.available <= found.ram and found.cpu\n"
        "print(*sorted({'torch', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []


def test_nvidia_gpus_are_told_with_their_memory_and_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml = FakeNvml([("RTX 4090", 24 * GB, 20 * GB), None, ("RTX 3060", 12 * GB, 11 * GB)]).install(monkeypatch)
    found = machine()
    assert found.gpus == (
        Gpu("RTX 4090", 24 * GB, 20 * GB, "GPU-0a5f"),
        Gpu("RTX 3060", 12 * GB, 11 * GB, "GPU-2a5f"),
    )
    assert (found.driver, found.cuda, found.undriven) == ("580.65.06", "13.0", 0)
    assert vram_used() == 5 * GB
    assert nvml.open == 0


def test_a_gpu_that_shares_memory_with_the_machine_has_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeNvml(["GB10"]).install(monkeypatch)
    found = machine()
    assert found.gpus[0].total >= found.ram


def test_without_a_driver_there_is_no_gpu_but_the_card_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    FakeNvml(driver=None).install(monkeypatch)
    for name, vendor, kind in (("a", "0x10de", "0x030000"), ("b", "0x10de", "0x040300"), ("c", "0x8086", "0x030000")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "vendor").write_text(f"{vendor}\n")
        (tmp_path / name / "class").write_text(f"{kind}\n")
    monkeypatch.setattr(devices, "_PCI", tmp_path)
    found = machine()
    assert (found.gpus, found.driver, found.undriven) == ((), None, 1)
    assert vram_used() is None


def test_a_container_has_the_memory_it_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1000000\n")
    monkeypatch.setattr(devices, "_CGROUP", limit)
    assert machine().ram == machine().available == 1_000_000
    limit.write_text("max\n")
    assert machine().ram > 1_000_000


TWO = (Gpu("first", 24 * GB, 23 * GB, "GPU-5f3a"), Gpu("second", 12 * GB, 11 * GB, "GPU-77a0"))


@pytest.mark.parametrize(
    ("visible", "names"),
    [
        (None, ["first", "second"]),
        ("", []),
        ("-1", []),
        ("1", ["second"]),
        ("1,0", ["second", "first"]),
        ("0,-1,1", ["first"]),
        ("GPU-77a, GPU-5f3", ["second", "first"]),
        ("GPU-9", []),
        ("7", []),
        ("²", []),
        ("MIG-4d", ["part of a GPU"]),
    ],
)
def test_only_gpus_that_are_visible_to_cuda_count_in_its_order(visible: str | None, names: list[str]) -> None:
    assert [gpu.name for gpu in cuda_visible(TWO, visible)] == names
