"""A captioner that says how much memory it takes, and goes to the device it is told: for tests of where models go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from PIL.Image import Image

from agents.errors import DeviceLost
from agents.models import devices
from agents.models.footprint import Footprint
from agents.models.options import Options
from agents.models.reference import ModelReference
from agents.ports import Card
from agents.values import Finding
from bot import backends
from tests.nvml import FakeNvml

__all__ = ["GB", "Heavy", "gpus", "install"]

GB = 10**9


class Heavy:
    """``gb`` of memory, wherever it is. Its finding is the device it was told. ``lost`` devices are gone."""

    lost: ClassVar[frozenset[str]] = frozenset()
    tried: ClassVar[list[str]] = []

    def __init__(self, reference: ModelReference, folder: Path | None = None) -> None:
        self.card = self.declare(reference)
        self._device = reference.options.get("device", "none")
        type(self).tried.append(self._device)
        if self._device in self.lost:
            raise DeviceLost(str(reference), "fallen off the bus")

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        options = Options(reference, frozenset({"device", "gb"}))
        device = options.device()
        return Card(str(reference), together=4 if device.startswith("cuda") else 1)

    @classmethod
    def footprint(cls, reference: ModelReference, folder: Path | None, kind: str) -> Footprint | None:
        if reference.options.get("gb") == "unknown":
            return None
        if reference.options.get("gb") == "broken":
            raise TypeError("unhashable type: 'list'")
        size = round(float(reference.options.get("gb", "1")) * GB)
        return Footprint(GB // 10, size) if kind == "gpu" else Footprint(size)

    def caption(self, pictures: Sequence[Image]) -> list[list[Finding]]:
        return [[Finding(self._device, 0.9)] for _ in pictures]


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the backend ``heavy`` of captions and questions."""
    monkeypatch.setattr(Heavy, "lost", frozenset())
    monkeypatch.setattr(Heavy, "tried", [])
    for role in ("caption", "vqa"):
        monkeypatch.setitem(backends._OURS[role], "heavy", f"{__name__}:Heavy")  # type: ignore[index]
    monkeypatch.setattr(Heavy, "answer", Heavy.caption, raising=False)


def gpus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *free: float) -> None:
    """GPUs with so many gigabytes free for models, and no others, on whatever machine the tests run."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID")  # given back afterwards, whoever sets it
    monkeypatch.setattr(devices, "_PCI", tmp_path / "no-bus")
    monkeypatch.setattr(devices, "_AMD", tmp_path / "no-kfd")
    cards = [("card", round((gb + 1) * GB), round((gb + 0.5) * GB)) for gb in free]
    FakeNvml(cards, driver="580.65.06" if cards else None).install(monkeypatch)
