"""Ctrl-C while models load."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["ending_at_once"]


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Ctrl-C ends the process without a word to Python, whose threads may hold the interpreter for seconds to load."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
