"""Who a call of a model is for: calls of one caller keep their order, and callers take turns."""

from __future__ import annotations

from contextvars import ContextVar

__all__ = ["CALLER"]

# Set in the task that works on a turn, to the chat it belongs to; tasks it starts inherit it.
CALLER: ContextVar[str] = ContextVar("caller", default="")
