"""Engines that fail as native ones do, for the processes they run in: an adapter whose items say what happens."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.errors import DeviceLost, ModelOutOfMemory, ModelRefused, ModelUnavailable
from agents.models.reference import ModelReference
from agents.ports import Card
from agents.values import Finding

__all__ = ["Failing"]

_SOCKET = 3  # what its process was handed beside the standard files, at the earliest


class Failing:
    """Reads texts: some of them as orders to fail, and every other as itself, upside down.

    Options: ``load`` is how loading fails, ``folder`` where notes are left, ``device`` where it believes to be.
    """

    @classmethod
    def declare(cls, reference: ModelReference) -> Card:
        return Card(str(reference), together=8)

    def __init__(self, reference: ModelReference, folder: Path | None) -> None:
        self.card = self.declare(reference)
        self._notes = Path(reference.options.get("folder", "/nowhere"))
        self._device = reference.options.get("device", "cpu")
        self._order(reference.options.get("load", ""))

    def read_sentiment(self, texts: Sequence[str]) -> list[Any]:
        self._note(f"{os.getpid()} {len(texts)}")
        return [self._read(text) for text in texts]

    def _read(self, text: str) -> Any:
        self._order(text)
        return {
            "device": [Finding(self._device, 1.0)],
            "pid": [Finding(str(os.getpid()), 1.0)],
            "environment": [Finding(" ".join(sorted(os.environ)), 1.0)],
            "everything": [Finding("x" * (16 << 20), 1.0)],
        }.get(text, [Finding(text[::-1], 0.5, "en")])

    def _order(self, order: str) -> None:
        match order:
            case "abort":
                os.abort()
            case "leave":
                os._exit(3)
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "kill-once" if not self._noted("killed"):
                self._note("killed")
                os.kill(os.getpid(), signal.SIGKILL)
            case "hang":
                threading.Event().wait()
            case "sleep":
                self._note("asleep")
                time.sleep(60)
            case "raise":
                raise RuntimeError("what somebody said")
            case "panic":
                raise SystemExit("what somebody said")
            case "no-memory":
                raise ModelOutOfMemory(self.card.reference, "no room")
            case "refuse":
                raise ModelRefused(self.card.reference, "too long")
            case "missing":
                raise ModelUnavailable(self.card.reference, "no file model.bin")
            case "lost":
                raise DeviceLost(self.card.reference, "cuda:0 is gone")
            case "lost-on-gpu" if self._device == "cuda:0":
                raise DeviceLost(self.card.reference, "cuda:0 is gone")
            case "lost-once" if not self._noted("lost"):
                self._note("lost")
                raise DeviceLost(self.card.reference, "cuda:0 is gone")
            case "print":
                print("a word on standard output", flush=True)
            case _ if order.startswith("{") or order.startswith("["):
                self._babble(order.encode())

    def _babble(self, data: bytes) -> None:
        """Say that on the wire in place of an answer, as an engine that was taken over might."""
        for number in range(_SOCKET, 64):
            with contextlib.suppress(OSError):
                os.write(number, len(data).to_bytes(8, "big") + data)
        sys.stdout.flush()
        threading.Event().wait()

    def _note(self, line: str) -> None:
        if self._notes.is_dir():
            with (self._notes / "notes").open("a") as notes:
                notes.write(line + "\n")

    def _noted(self, line: str) -> bool:
        notes = self._notes / "notes"
        return notes.is_file() and line in notes.read_text().splitlines()
