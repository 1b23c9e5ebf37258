"""Work that ends when its time is up, wherever it is then: in a process's main thread by its clock's own signal."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["OutOfPatience", "until"]

_SHORTEST = 0.001  # seconds; a timer of 0 would never go off


class OutOfPatience(BaseException):
    """The time is up. No Exception, as libraries catch those."""


@contextmanager
def until(end: float) -> Iterator[Callable[[], None]]:
    """Raise OutOfPatience in what is done here once this process has used CPU time up to ``end``.

    In other threads, which get no signals, only the function raises it that is given.
    """

    def check() -> None:
        if time.process_time() > end:
            raise OutOfPatience

    if threading.current_thread() is not threading.main_thread():
        yield check
        return

    def ring(*_: object) -> None:
        raise OutOfPatience

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, max(end - time.process_time(), _SHORTEST))
    try:
        yield check
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
