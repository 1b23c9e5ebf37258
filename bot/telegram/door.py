"""The way in: signs in, keeps the command menu, polls, and tells when it cannot go on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from telegram import BotCommand, User
from telegram.error import InvalidToken, TelegramError

from agents.ports import Wording
from bot.incoming import Incoming
from bot.telegram.client import TelegramClient
from bot.telegram.parse import COMMANDS
from bot.telegram.polling import Pace, Poller, TokenRefused

__all__ = ["TelegramDoor", "TokenRefused"]

_log = structlog.get_logger()
_STOP = 3.0  # seconds
_MENUS = {"en": None, "zh": "zh"}  # our language -> Telegram's language_code; None is everybody else's menu


class TelegramDoor:
    """Hands every update that is for us to ``accept`` and confirms it to Telegram only after that returned.

    ``accept`` that raises a ParleyError or OSError is asked again, with growing pauses, as long as it takes.
    """

    def __init__(
        self,
        client: TelegramClient,
        accept: Callable[[Sequence[Incoming]], Awaitable[object]],
        wording: Wording,
        *,
        max_bytes: int,
        pace: Pace | None = None,
    ) -> None:
        self._bot = client.bot
        self._accept = accept
        self._wording = wording
        self._max_bytes = max_bytes
        self._pace = pace or Pace()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Sign in and begin to poll. Raises TokenRefused.

        When Telegram cannot be reached now, the door goes on trying behind the scenes.
        """
        try:
            me = await self._sign_in()
        except TelegramError as exc:
            _log.warning("telegram not reached, trying on", error=type(exc).__name__)
            me = None
        self._task = asyncio.create_task(self._run(me), name="telegram-door")

    async def wait(self) -> None:
        """Return when the door was stopped. Raises TokenRefused (or a defect's own error) when it fell shut."""
        if self._task is not None:
            await asyncio.wait({self._task})
            if not self._task.cancelled():
                self._task.result()

    async def stop(self) -> None:
        """Break the poll off, within 3 s. What was accepted and not yet confirmed comes once more at the next start."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait({self._task}, timeout=_STOP)

    async def _sign_in(self) -> User:
        try:
            me = await self._bot.get_me()
            await self._bot.delete_webhook()  # polling is refused as long as there is one
        except InvalidToken:
            raise TokenRefused from None  # PTB's text may hold the token
        _log.info("telegram connected", bot=me.username)
        return me

    async def _sign_in_at_last(self) -> User:
        failures = 0
        while True:
            failures += 1
            await asyncio.sleep(self._pace.pause(failures))
            try:
                return await self._sign_in()
            except TelegramError as exc:
                _log.warning("telegram not reached, trying on", error=type(exc).__name__, failures=failures)

    async def _run(self, me: User | None) -> None:
        me = me or await self._sign_in_at_last()
        menu = asyncio.create_task(self._set_menu(), name="telegram-menu")
        try:
            await Poller(self._bot, me, self._accept, self._max_bytes, self._pace).run()
        except TokenRefused:
            _log.error("telegram refuses TELEGRAM_BOT_TOKEN")
            raise
        finally:
            menu.cancel()

    async def _set_menu(self) -> None:
        """The menu is a convenience: without it every command still works."""
        try:
            for language, code in _MENUS.items():
                commands = [BotCommand(name, self._wording.say(f"telegram.menu_{name}", language)) for name in COMMANDS]
                await self._bot.set_my_commands(commands, language_code=code)
        except TelegramError as exc:
            _log.warning("command menu not set", error=type(exc).__name__)
