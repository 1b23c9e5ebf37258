"""The scheduler as PTB's rate limiter: every call of the bot goes through it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from telegram.ext import BaseRateLimiter

from bot.telegram.pacing.call import Call
from bot.telegram.pacing.scheduler import Scheduler

__all__ = ["PacedCalls"]

_Answer = bool | dict[str, Any] | list[dict[str, Any]]


class PacedCalls(BaseRateLimiter[Call]):
    """Callers say more about a call by ``rate_limit_args=Call(...)``, which every method of ExtBot takes."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    async def initialize(self) -> None:
        """Nothing is to be done: the scheduler works as soon as it is made."""

    async def shutdown(self) -> None:
        """Nothing is to be done: the scheduler has no task of its own."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Call | None,
    ) -> _Answer:
        """One call, made when it may be. Raises as ``Scheduler.run``."""
        chat = data.get("chat_id")
        make = partial(callback, *args, **kwargs)
        return await self._scheduler.run(endpoint, None if chat is None else str(chat), make, rate_limit_args)
