"""A scripted NVML, for machines without a GPU: it stands in for the module ``pynvml``, the port to the driver."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import SimpleNamespace

import pytest

__all__ = ["FakeNvml"]


class _Error(Exception):
    """NVML's error."""


class _NotSupported(_Error):
    """A question this device does not answer."""


class FakeNvml:
    """``gpus``: (name, total, free); a name alone shares the machine's memory; None is a GPU that was lost."""

    NVMLError = _Error
    NVMLError_NotSupported = _NotSupported

    def __init__(
        self, gpus: Sequence[tuple[str, int, int] | str | None] = (), *, driver: str | None = "580.65.06"
    ) -> None:
        self.gpus = list(gpus)
        self.driver = driver
        self.open = 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> FakeNvml:
        monkeypatch.setitem(sys.modules, "pynvml", self)
        return self

    def nvmlInit(self) -> None:
        if self.driver is None:
            raise _Error
        self.open += 1

    def nvmlShutdown(self) -> None:
        self.open -= 1

    def nvmlSystemGetDriverVersion(self) -> str | None:
        return self.driver

    def nvmlSystemGetCudaDriverVersion_v2(self) -> int:
        return 13000

    def nvmlDeviceGetCount(self) -> int:
        return len(self.gpus)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> object:
        if self.gpus[index] is None:
            raise _Error
        return index

    def nvmlDeviceGetName(self, handle: int) -> str:
        gpu = self.gpus[handle]
        assert gpu is not None
        return gpu if isinstance(gpu, str) else gpu[0]

    def nvmlDeviceGetUUID(self, handle: int) -> str:
        return f"GPU-{handle}a5f"

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> SimpleNamespace:
        gpu = self.gpus[handle]
        if not isinstance(gpu, tuple):
            raise _NotSupported
        return SimpleNamespace(total=gpu[1], free=gpu[2], used=gpu[1] - gpu[2])
