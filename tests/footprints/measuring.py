"""Measuring what one model takes: resident bytes of a child and all its children, beyond what they were before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.checking.meter import resident

__all__ = ["Measured", "measure"]

_ROOT = Path(__file__).resolve().parents[2]
_EVERY = 0.02  # seconds between two looks


@dataclass(frozen=True, slots=True)
class Measured:
    """Bytes: the most while ``loading``, when ``loaded``, and the most at ``work``.

    Resident pages of mapped files are among them: what llama.cpp and safetensors map is the model's, though the system
    may take it back.
    """

    loading: int
    loaded: int
    work: int


def measure(reference: str, roles: Sequence[str], *, at_once: int = 1, rounds: int = 1) -> Measured:
    """In a child of its own. Raises CalledProcessError when it does not come to its end."""
    order = {"reference": reference, "roles": list(roles), "at_once": at_once, "rounds": rounds}
    command = [sys.executable, "-m", "tests.footprints.working"]
    environment = os.environ | {"PYTHONPATH": str(_ROOT), "HF_HUB_OFFLINE": "1"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True) as child:
        try:
            _say(child, json.dumps(order))
            before, _ = _until(child, "ready")
            loaded, loading = _until(child, "loaded")
            _, work = _until(child, "done")
        except BaseException:
            child.kill()
            raise
    return Measured(loading - before, loaded - before, work - before)


def _say(child: subprocess.Popen[str], line: str) -> None:
    assert child.stdin
    child.stdin.write(line + "\n")
    child.stdin.flush()


def _until(child: subprocess.Popen[str], event: str) -> tuple[int, int]:
    """Resident bytes at the event, and the most on the way to it."""
    assert child.stdout
    over, seen = threading.Event(), [0]

    def watch() -> None:
        while not over.wait(_EVERY):
            seen.append(resident(child.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        line = child.stdout.readline()
    finally:
        over.set()
        watching.join()
    if line.strip() != event:
        raise subprocess.CalledProcessError(child.wait(), child.args)
    now = resident(child.pid)
    _say(child, "")
    return now, max(*seen, now)
