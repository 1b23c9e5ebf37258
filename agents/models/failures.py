"""What engines raise when memory lacks or a device is gone, as the errors that a host steps down its ladder for.

PyTorch and CTranslate2 tell most of it in the text of a RuntimeError; the text is looked at and never passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from agents.errors import DeviceLost, ModelOutOfMemory, ParleyError

__all__ = ["lack", "on_device", "working"]

_NO_ROOM = "not enough memory for it: take a smaller or a quantised model, or another device"
_BROKEN = "its device does not work any more"
P = ParamSpec("P")
R = TypeVar("R")

_FULL = (
    "out of memory",  # CUDA, HIP, Apple's GPU
    "can't allocate memory",  # PyTorch's allocator on the CPU
    "cannot allocate memory",
    "not enough memory",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
)
_GONE = (
    "cuda error",
    "cuda driver error",
    "cuda failed with error",  # CTranslate2
    "cuda runtime error",
    "cuda unknown error",
    "hip error",
    "device-side assert",
    "cuda-capable device",
    "no cuda gpus are available",
    "no hip gpus are available",
    "cublas_status_execution_failed",
    "cublas_status_not_initialized",
    "cudnn_status_execution_failed",
    "cudnn_status_mapping_error",
    "driver shutting down",
)


def lack(reference: str, error: BaseException) -> ModelOutOfMemory | DeviceLost | None:
    """The error as one of these two, where it tells of memory that lacks or of a device that is gone or broken."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # torch's, without importing it
        return ModelOutOfMemory(reference, _NO_ROOM)
    if not isinstance(error, RuntimeError):
        return None
    said = str(error).lower()
    if any(sign in said for sign in _FULL):
        return ModelOutOfMemory(reference, _NO_ROOM)
    if type(error).__name__ == "AcceleratorError" or any(sign in said for sign in _GONE):
        return DeviceLost(reference, _BROKEN)
    return None


@contextmanager
def working(reference: str) -> Iterator[None]:
    """What an engine raises inside, as ModelOutOfMemory or DeviceLost where it is that; the rest goes on as it is."""
    try:
        yield
    except ParleyError:
        raise
    except (RuntimeError, MemoryError) as exc:
        if (error := lack(reference, exc)) is None:
            raise
        raise error from exc


def on_device(work: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """A method of an adapter, which has a card, that works on a device: see :func:`working`."""

    @wraps(work)
    def worked(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with working(self.card.reference):
            return work(self, *args, **kwargs)

    return worked
