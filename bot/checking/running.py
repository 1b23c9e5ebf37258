"""The parent's side of one trial: starts the child, hears its events within deadlines, and knows how it ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.checking.meter import Meter
from bot.checking.order import Contract, ModelResult, Order, RoleResult

__all__ = ["Deadlines", "try_model"]

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_LINE = 1 << 20
_OURS = ("PARLEY_", "TELEGRAM_")  # settings and tokens: the child is told what it needs
_READY_WITHIN = 120.0  # seconds for Python's imports, on a disk that is slow


@dataclass(frozen=True, slots=True)
class Deadlines:
    """In seconds: for loading, and for each answer or promise afterwards."""

    load: float
    answer: float


async def try_model(
    order: Order, deadlines: Deadlines, told: Callable[[str], None], *, loud: bool = False
) -> ModelResult:
    """Load and work in a child of its own. ``told`` hears the step it is at; ``loud`` lets its log through."""
    trial = _Trial(order, deadlines, told)
    process = await _start(loud=loud)
    meter = Meter(process.pid)
    watching = asyncio.create_task(meter.watch())
    try:
        await trial.follow(process, meter)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    trial.result.ram, trial.result.ram_peak, trial.result.vram = meter.ram, meter.ram_peak, meter.vram
    return trial.result


async def _start(*, loud: bool) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    path = os.pathsep.join(filter(None, (str(_ROOT), kept.get("PYTHONPATH"))))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.checking.probe",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if loud else subprocess.DEVNULL,
        env=kept | {"PYTHONPATH": path},
        start_new_session=True,
        limit=_LONGEST_LINE,
    )


class _Trial:
    """What is known so far."""

    def __init__(self, order: Order, deadlines: Deadlines, told: Callable[[str], None]) -> None:
        self._order, self._told = order, told
        self._steps = [("starting", _READY_WITHIN), ("loading", deadlines.load)]
        self._answering = ("answering", deadlines.answer)
        self._begin: Callable[[], None] = lambda: None
        self.result = ModelResult(order.reference, [RoleResult(role) for role in order.roles])

    async def follow(self, process: asyncio.subprocess.Process, meter: Meter) -> None:
        """Hear the child to its end, or to the first deadline that passes."""
        assert process.stdin and process.stdout  # noqa: S101 - both are pipes
        with suppress(ConnectionError):  # how it ended is told below
            process.stdin.write(self._order.line())
            await process.stdin.drain()
        ended = False
        while not ended:
            step, seconds = self._steps.pop(0) if self._steps else self._answering
            self._told(step)
            try:
                async with asyncio.timeout(seconds):
                    line = await process.stdout.readline()
            except TimeoutError:
                self._fail(f"{step} took longer than {seconds:g} s", "allow more by --load-deadline or --deadline")
                return
            except ValueError:  # a line beyond the limit
                line = b""
            if not line.endswith(b"\n"):
                self._fail(*_end(await process.wait(), step))
                return
            ended = await self._heard(json.loads(line), meter)

    async def _heard(self, event: dict[str, Any], meter: Meter) -> bool:
        """Note it; whether it was the last."""
        match event:
            case {"event": "ready"}:
                meter.begin()
            case {"event": "loaded", "seconds": seconds}:
                self.result.load_seconds = seconds
            case {"event": "answered", "role": role, "seconds": seconds, "output": output, "as_expected": right}:
                found = self._role(role)
                found.seconds, found.output, found.as_expected = seconds, output, right
            case {"event": "contract", "role": role, "contract": contract}:
                self._role(role).contracts.append(Contract(**contract))
            case {"event": "failed", "error": error, "remedy": remedy}:
                self._fail(error, remedy)
        await asyncio.to_thread(meter.look)
        return event["event"] in {"done", "failed"}

    def _role(self, name: str) -> RoleResult:
        return next(role for role in self.result.roles if role.role == name)

    def _fail(self, error: str, remedy: str) -> None:
        self.result.error, self.result.remedy = error, remedy


def _end(status: int, step: str) -> tuple[str, str]:
    """How a child that ended by itself is told, and what to do."""
    if status >= 0:
        return f"it ended by itself while {step}", "see why with PARLEY_LOG_LEVEL=debug"
    name = signal.Signals(-status).name
    if -status == signal.SIGKILL:
        return f"it was killed ({name}) while {step}", "most likely for lack of memory: choose a smaller model"
    return f"its engine broke down ({name}) while {step}", "see why with PARLEY_LOG_LEVEL=debug"
