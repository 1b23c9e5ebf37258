"""The way in: signs in, keeps the command menu, takes updates, and tells when it cannot go on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog
from telegram import User
from telegram.error import InvalidToken, TelegramError

from bot.telegram.client import TelegramClient
from bot.telegram.hook import Hook
from bot.telegram.intake import Accept, Intake, Urgent
from bot.telegram.menu import Menu
from bot.telegram.pace import Pace
from bot.telegram.parse import Parser
from bot.telegram.polling import Poller
from bot.telegram.refused import TokenRefused

if TYPE_CHECKING:
    from bot.telegram.hooking import Webhook

__all__ = ["TelegramDoor", "TokenRefused"]

_log = structlog.get_logger()
_STOP = 3.0  # seconds


class TelegramDoor:
    """Hands every update that is for us to ``accept`` and confirms it to Telegram only after that returned; while it
    raises a ParleyError or OSError the update comes again, as long as it takes.

    ``urgent`` is told, after that, of what asks to stop. With a ``hook``, Telegram brings updates there.
    """

    def __init__(
        self,
        client: TelegramClient,
        accept: Accept,
        menu: Menu,
        *,
        max_bytes: int,
        pace: Pace | None = None,
        urgent: Urgent | None = None,
        hook: Hook | None = None,
    ) -> None:
        self._bot = client.bot
        self._numbering = client.numbering
        self._accept = accept
        self._urgent = urgent
        self._max_bytes = max_bytes
        self._menu = menu
        self._pace = pace or Pace()
        self._hook = hook
        self._webhook: Webhook | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Sign in and begin to take updates. Raises TokenRefused, AddressUnusable.

        When Telegram cannot be reached now, the door goes on trying behind the scenes.
        """
        if self._hook is not None:
            from bot.telegram.hooking import Webhook

            self._webhook = Webhook(self._bot, self._hook, self._pace)
            await self._webhook.start()
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
        """Break off, within 3 s. What was accepted and not yet confirmed comes once more at the next start."""
        if self._webhook is not None:
            await self._webhook.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=_STOP)

    async def _sign_in(self) -> User:
        try:
            me = await self._bot.get_me()
            if self._hook is None:
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
        menu = None
        intake = None
        try:
            me = me or await self._sign_in_at_last()
            menu = asyncio.create_task(self._menu.put_up(self._bot), name="telegram-menu")
            parser = Parser(me, self._max_bytes, self._menu.names)
            intake = Intake(self._bot, parser, self._accept, self._urgent, self._numbering)
            if self._webhook is None:
                await Poller(self._bot, intake, self._pace).run()
            else:
                await self._webhook.run(intake)
        except TokenRefused:
            _log.error("telegram refuses TELEGRAM_BOT_TOKEN")
            raise
        finally:
            if menu is not None:
                menu.cancel()
            if intake is not None:
                intake.close()
