"""What this machine has to run models on: cores, memory, GPUs. Found without importing torch, and never an exception.

NVIDIA's GPUs are asked for through NVML, which comes with their driver; Apple's GPU is known by the platform.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Gpu", "Machine", "cuda_visible", "machine", "vram_used"]

_NVIDIA, _DISPLAY = "0x10de", "0x03"  # PCI vendor, and the first byte of the class of GPUs
_CGROUP = Path("/sys/fs/cgroup/memory.max")
_PCI, _AMD = Path("/sys/bus/pci/devices"), Path("/dev/kfd")


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU that CUDA can use. Memory is in bytes; a total of 0 is one that nobody tells."""

    name: str
    total: int
    free: int
    uuid: str = ""


@dataclass(frozen=True, slots=True)
class Machine:
    """``ram`` and ``available`` are in bytes. ``cuda`` is the newest CUDA the driver runs.

    ``undriven``: NVIDIA GPUs that are there while their driver does not answer. ``mps``: Apple's GPU, which shares the
    machine's memory. ``rocm``: an AMD GPU with its driver, which PyTorch calls cuda as well.
    """

    cores: int
    ram: int
    available: int
    cpu: str = ""
    gpus: tuple[Gpu, ...] = ()
    driver: str | None = None
    cuda: str | None = None
    undriven: int = 0
    mps: bool = False
    rocm: bool = False


def machine() -> Machine:
    """This machine, as it is now."""
    import psutil

    memory = psutil.virtual_memory()
    ram = min(memory.total, _limit(_CGROUP))
    with _nvml() as nvml:
        gpus = _gpus(nvml) if nvml else ()
        driver, cuda = _driver(nvml) if nvml else (None, None)
    return Machine(
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        ram=ram,
        available=min(memory.available, ram),
        cpu=_cpu(),
        gpus=gpus,
        driver=driver,
        cuda=cuda,
        undriven=0 if driver else _nvidia_cards(_PCI),
        mps=sys.platform == "darwin" and platform.machine() == "arm64",
        rocm=_AMD.exists(),
    )


def cuda_visible(gpus: Sequence[Gpu], visible: str | None) -> tuple[Gpu, ...]:
    """The GPUs a process may use when CUDA_VISIBLE_DEVICES is ``visible``: the first is its ``cuda:0``.

    Entries after the first that is no GPU do not count (CUDA C++ Programming Guide, environment variables). Of a part
    of a GPU (MIG), the memory is not told.
    """
    if visible is None:
        return tuple(gpus)
    shown: list[Gpu] = []
    for entry in visible.split(","):
        gpu = _named(gpus, entry.strip())
        if gpu is None or len(shown) == len(gpus):
            break
        shown.append(gpu)
    return tuple(shown)


def _named(gpus: Sequence[Gpu], name: str) -> Gpu | None:
    """By its number, or by the beginning of its UUID."""
    if name.startswith("MIG-"):
        return Gpu("part of a GPU", 0, 0)
    if name.startswith("GPU-"):
        return next((gpu for gpu in gpus if gpu.uuid.startswith(name)), None)
    return gpus[int(name)] if name.isascii() and name.isdigit() and int(name) < len(gpus) else None


def vram_used() -> int | None:
    """Bytes in use on all NVIDIA GPUs together, by whomever; None where there are none."""
    with _nvml() as nvml:
        return sum(gpu.total - gpu.free for gpu in _gpus(nvml)) if nvml else None


@contextmanager
def _nvml() -> Iterator[Any]:
    """NVML, ready to be asked; None without a driver that answers."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        yield None
        return
    try:
        yield pynvml
    finally:
        pynvml.nvmlShutdown()


def _gpus(nvml: Any) -> tuple[Gpu, ...]:
    """Those that answer: one that fell off the bus is none."""
    found = []
    with suppress(nvml.NVMLError):
        for index in range(nvml.nvmlDeviceGetCount()):
            with suppress(nvml.NVMLError):
                handle = nvml.nvmlDeviceGetHandleByIndex(index)
                name, memory = str(nvml.nvmlDeviceGetName(handle)), _memory(nvml, handle)
                found.append(Gpu(name, *memory, str(nvml.nvmlDeviceGetUUID(handle))))
    return tuple(found)


def _memory(nvml: Any, handle: Any) -> tuple[int, int]:
    """Total and free bytes; of a GPU that shares the machine's memory, the machine's."""
    import psutil

    try:
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
    except nvml.NVMLError_NotSupported:
        shared = psutil.virtual_memory()
        return shared.total, shared.available
    return int(memory.total), int(memory.free)


def _driver(nvml: Any) -> tuple[str, str | None]:
    """The driver's version, and the newest CUDA it runs, which it writes as 12040 for 12.4."""
    driver, cuda = "unknown", None
    with suppress(nvml.NVMLError):
        driver = str(nvml.nvmlSystemGetDriverVersion())
        number = nvml.nvmlSystemGetCudaDriverVersion_v2()
        cuda = f"{number // 1000}.{number % 1000 // 10}"
    return driver, cuda


def _limit(file: Path) -> int:
    """The memory a container is given, in bytes; without one, more than there is."""
    text = _read(file)
    return int(text) if text.isdigit() else sys.maxsize


def _nvidia_cards(bus: Path) -> int:
    """NVIDIA GPUs on the PCI bus, driver or not; Linux alone tells."""
    return sum(_read(card / "vendor") == _NVIDIA and _read(card / "class").startswith(_DISPLAY) for card in _cards(bus))


def _cards(bus: Path) -> list[Path]:
    try:
        return list(bus.iterdir())
    except OSError:
        return []


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _cpu() -> str:
    """The processor's name, as Linux tells it; elsewhere as Python does."""
    lines = _read(Path("/proc/cpuinfo")).splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
