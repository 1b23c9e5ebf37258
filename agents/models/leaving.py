"""How a model leaves memory: what it held goes back to the system, and a process that ends lets it finish."""

from __future__ import annotations

import atexit
import ctypes
import gc
import sys
import threading
import time
from weakref import WeakSet

__all__ = ["finish", "give_back"]

_LONGEST = 2.0  # seconds that the end of the process waits for threads that let go
_LEAVING: WeakSet[threading.Thread] = WeakSet()


def give_back() -> None:
    """Free what only cycles of references hold, and hand free memory to the system.

    The C library keeps freed blocks of less than 32 MB for later (mallopt(3), M_MMAP_THRESHOLD), and so most of a
    model; loading and unloading Whisper base three times took 140 MB more than once.
    """
    _collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's alone
        if trim is not None:
            trim(0)


def _collect() -> None:
    """Where a start was frozen (gc.freeze), what it loaded is looked at as well, and what is left is frozen again."""
    frozen = gc.get_freeze_count() > 0
    gc.unfreeze()
    gc.collect()
    if frozen:
        gc.freeze()


def finish(thread: threading.Thread) -> None:
    """Wait for this thread when the process ends: killed while it destroys a model, it would abort the process."""
    _LEAVING.add(thread)


@atexit.register
def _wait() -> None:
    until = time.monotonic() + _LONGEST
    for thread in list(_LEAVING):
        thread.join(max(0.0, until - time.monotonic()))
