"""What the bot is seen doing while an answer is made: typing, or recording a voice note."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from telegram.constants import ChatAction
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.telegram.growing import Growing
from bot.telegram.pacing import Call
from bot.telegram.pacing.refusals import seconds_of
from bot.telegram.place import Place

__all__ = ["Signs"]

_log = structlog.get_logger()
_AT_ONCE = 1.0  # seconds; an answer that comes sooner needs no sign, and the call would only delay it
_EVERY = 4.5  # seconds between signs; Telegram shows one for 5
_MOST = 200  # signs; after a quarter of an hour nobody believes them any more


class Signs:
    """``shown_within`` tells whether the answer itself was seen growing so many seconds ago: that is sign enough."""

    def __init__(
        self, bot: ExtBot[Call], place: Place, growing: Growing, shown_within: Callable[[float], bool]
    ) -> None:
        self._bot = bot
        self._place = place
        self._growing = growing
        self._shown_within = shown_within

    async def run(self) -> None:
        """Show signs until cancelled."""
        await asyncio.sleep(_AT_ONCE)
        for _ in range(_MOST):
            await asyncio.sleep(await self._show())

    async def _show(self) -> float:
        """Seconds until the next sign is due."""
        if self._shown_within(_EVERY):
            return _AT_ONCE
        # an answer that is whole and not yet sent is being spoken
        action = ChatAction.RECORD_VOICE if self._growing.whole else ChatAction.TYPING
        try:
            await self._bot.send_chat_action(self._place.chat, action, **self._place.thread)
        except RetryAfter as exc:
            return seconds_of(exc)
        except TelegramError as exc:
            _log.debug("sign not shown", error=type(exc).__name__)
        return _EVERY
