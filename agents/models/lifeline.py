"""What a child process does to end with its parent; see child.py for the parent's side."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading

__all__ = ["end_with_parent", "first_line"]

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent() -> None:
    """Ask Linux for a SIGKILL when the parent ends; elsewhere the lifeline alone does it: see ``first_line``."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it went before we asked
            os._exit(0)


def first_line() -> bytes:
    """The first line of standard input, read without taking a byte beyond it; its end ends the process from then on."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            os._exit(0)
        line += byte
    threading.Thread(target=_end_with_lifeline, daemon=True).start()
    return line


def _end_with_lifeline() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)
