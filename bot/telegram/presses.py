"""Pressed buttons, acknowledged: until then Telegram's clients show that something is under way."""

from __future__ import annotations

import asyncio

import structlog
from telegram import Bot
from telegram.error import TelegramError

__all__ = ["Presses"]

_log = structlog.get_logger()
_MOST = 100  # at once
_ANSWER = 10.0  # seconds; Telegram forgets a press soon


class Presses:
    """Acknowledges beside what else is done, as well as that goes."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, id: str) -> None:
        if len(self._tasks) < _MOST:
            task = asyncio.create_task(self._answer(id), name="telegram-press")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _answer(self, id: str) -> None:
        try:
            async with asyncio.timeout(_ANSWER):
                await self._bot.answer_callback_query(id)
        except (TelegramError, TimeoutError) as exc:
            _log.debug("press not acknowledged", error=type(exc).__name__)
