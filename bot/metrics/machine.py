"""What the machine gives: memory of GPUs, and of the child processes that decode and that run engines."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from prometheus_client.core import GaugeMetricFamily, Metric

__all__ = ["MachineCollector"]


class MachineCollector:
    """Asked in a thread, since drivers take their time. GPUs are told under the names that models know them by.

    A machine without a GPU at the first look is not asked again.
    """

    def __init__(self) -> None:
        self._has_gpus = True

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked at when it is registered."""
        return ()

    def collect(self) -> Iterable[Metric]:
        yield self._children()
        if self._has_gpus:
            yield from self._gpus()

    def _children(self) -> Metric:
        import psutil

        total = 0
        with suppress(psutil.Error):  # a system that does not tell
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):  # it ended meanwhile
                    total += child.memory_info().rss
        return GaugeMetricFamily(
            "parley_children_resident_memory_bytes",
            "Resident memory of all child processes together, memory they share counted in each.",
            total,
        )

    def _gpus(self) -> Iterable[Metric]:
        from agents.models.devices import cuda_visible, machine

        found = machine().gpus
        self._has_gpus = bool(found)
        used = GaugeMetricFamily("parley_gpu_memory_used_bytes", "Memory in use, by whomever.", labels=["device"])
        size = GaugeMetricFamily("parley_gpu_memory_size_bytes", "Memory of the GPU.", labels=["device"])
        for number, gpu in enumerate(cuda_visible(found, os.environ.get("CUDA_VISIBLE_DEVICES"))):
            used.add_metric([f"cuda:{number}"], gpu.total - gpu.free)
            size.add_metric([f"cuda:{number}"], gpu.total)
        if used.samples:
            yield from (used, size)
