"""The bounds a decoding child puts on itself, which no decoder in it can widen."""

from __future__ import annotations

import math
import resource
import time
from pathlib import Path

__all__ = ["address_space", "confine", "give"]

_STANDARD_FILES = 3


def confine() -> None:
    """No further file, socket or written byte, and no core dump with what somebody sent in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Descriptors 0 to 2 are open, and those that are open already stay usable.
    resource.setrlimit(resource.RLIMIT_NOFILE, (_STANDARD_FILES, _STANDARD_FILES))


def give(memory: int, seconds: float, resting: int) -> None:
    """Allow ``memory`` bytes beyond ``resting`` and that many seconds of CPU time from now on."""
    _soft(resource.RLIMIT_AS, resting + memory)
    _soft(resource.RLIMIT_CPU, math.ceil(time.process_time() + seconds))


def address_space() -> int:
    """Bytes of address space this process has now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except FileNotFoundError:
        return 0
    return pages * resource.getpagesize()


def _soft(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
