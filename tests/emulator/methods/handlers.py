"""What a part of the methods offers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["Handlers"]

Handlers = dict[type, Callable[[Any], Awaitable[Any]]]
