"""The metrics of a house put together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prometheus_client import Gauge, Info, ProcessCollector

from bot import VERSION
from bot.metrics.desk import DeskCollector
from bot.metrics.exposition import Exposition
from bot.metrics.machine import MachineCollector

if TYPE_CHECKING:
    from agents.models.metrics import Metrics
    from bot.inbox import Desk

__all__ = ["exposition"]


def exposition(metrics: Metrics, desk: Desk) -> Exposition:
    """What models count, with what the desk, the process and the machine tell. Call it once for each Metrics."""
    registry = metrics.registry
    seen = DeskCollector(desk)
    registry.register(seen)
    registry.register(MachineCollector())
    ProcessCollector(registry=registry)
    Info("parley_build", "What runs here.", registry=registry).info({"version": VERSION})
    began = time.monotonic()
    uptime = Gauge("parley_uptime_seconds", "How long the assistant has been up.", registry=registry)
    uptime.set_function(lambda: time.monotonic() - began)
    return Exposition(registry, seen.look)
