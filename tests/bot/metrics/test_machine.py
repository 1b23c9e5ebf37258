"""Memory of children and of GPUs, under the names that models know those by."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest
from prometheus_client import CollectorRegistry

from agents.models import devices
from agents.models.devices import Gpu, Machine
from bot.metrics.machine import MachineCollector


def value(collector: MachineCollector, name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry.get_sample_value(name, labels)


def gpus(monkeypatch: pytest.MonkeyPatch, *found: Gpu) -> list[None]:
    """These are in the machine; the list grows with every look."""
    looks: list[None] = []

    def machine() -> Machine:
        looks.append(None)
        return Machine(cores=2, ram=8 << 30, available=4 << 30, gpus=found)

    monkeypatch.setattr(devices, "machine", machine)
    return looks


def test_children_are_added_up_and_those_that_ended_are_none() -> None:
    name = "parley_children_resident_memory_bytes"
    before = value(MachineCollector(), name)
    assert before is not None
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert psutil.Process(child.pid).memory_info().rss > 0
        during = value(MachineCollector(), name)
        assert during is not None
        assert during > before
        child.communicate(b"\n")
    assert value(MachineCollector(), name) == pytest.approx(before, rel=0.5, abs=1_000_000)


def test_a_system_that_tells_nothing_of_children_leaves_the_rest_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> list[psutil.Process]:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "children", denied)
    assert value(MachineCollector(), "parley_children_resident_memory_bytes") == 0


def test_gpus_are_told_as_the_models_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1,0")
    gpus(monkeypatch, Gpu("small", 8 << 30, 6 << 30), Gpu("large", 24 << 30, 4 << 30))
    collector = MachineCollector()
    assert value(collector, "parley_gpu_memory_used_bytes", device="cuda:0") == 20 << 30
    assert value(collector, "parley_gpu_memory_size_bytes", device="cuda:1") == 8 << 30


def test_a_machine_without_a_gpu_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = gpus(monkeypatch)
    collector = MachineCollector()
    for _ in range(3):
        assert value(collector, "parley_gpu_memory_size_bytes", device="cuda:0") is None
    assert len(looks) == 1
