"""One model at a time is loaded by transformers: its lazy imports and ``from_pretrained`` are not made for threads.

Two loads at once were seen to break off with an AttributeError of a module that was half imported.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

__all__ = ["alone"]

P = ParamSpec("P")
R = TypeVar("R")
_LOADING = threading.RLock()


def alone(load: Callable[P, R]) -> Callable[P, R]:
    """What loads a model, made to wait while another thread loads one."""

    @wraps(load)
    def loaded(*args: P.args, **kwargs: P.kwargs) -> R:
        with _LOADING:
            return load(*args, **kwargs)

    return loaded
