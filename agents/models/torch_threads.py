"""How many threads PyTorch uses for one model: it counts them for each thread that asks something of it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

__all__ = ["use_at_most", "use_threads"]

_ALONE = threading.Lock()  # meanwhile a thread that begins would begin with the other's number


def use_threads(count: int) -> None:
    """From now on so many for the calling thread; what other threads use, and begin with, stays as it is.

    A thread begins with the number that was set last in any (seen with PyTorch 2.13): another thread sets the old one
    again.
    """
    with _ALONE:
        _use(count)


def use_at_most(count: int) -> None:
    """The same, where the calling thread does not use fewer already."""
    import torch

    with _ALONE:
        _use(min(torch.get_num_threads(), count))


def _use(count: int) -> None:
    import torch

    if count == torch.get_num_threads():
        return
    with ThreadPoolExecutor(1) as other:
        before = other.submit(torch.get_num_threads).result()
        torch.set_num_threads(count)
        other.submit(torch.set_num_threads, before).result()
