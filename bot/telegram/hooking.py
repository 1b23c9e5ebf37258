"""Updates by webhook: we listen, and Telegram is told where.

Telegram's server (https://github.com/tdlib/telegram-bot-api, WebhookActor) has one update of a chat and kind under way
at a time and brings the next once that is taken, however many connections there are. So order inside a chat is kept,
and one connection alone would only make chats wait for one another's way to us.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import structlog
from telegram import Bot
from telegram.error import BadRequest, InvalidToken, TelegramError

from agents.errors import ParleyError
from bot.telegram.hook import Hook
from bot.telegram.intake import Intake
from bot.telegram.pace import Pace
from bot.telegram.refused import TokenRefused
from bot.telegram.updates import WANTED
from bot.telegram.webhook import webhook_app
from bot.web.serving import Serving

__all__ = ["Webhook"]

_log = structlog.get_logger()
_CONNECTIONS = 16


class NotSignedIn(ParleyError):
    """We do not know yet who we are."""

    code = "telegram-not-signed-in"


class Webhook:
    """Listens from ``start`` on. What is posted before ``run`` was given an intake is refused, and comes again."""

    def __init__(self, bot: Bot, hook: Hook, pace: Pace) -> None:
        self._bot = bot
        self._hook = hook
        self._pace = pace
        self._certificate: bytes | None = None
        self._intake: Intake | None = None
        app = webhook_app(hook.path, hook.secret, self._take)
        self._serving = Serving(app, hook.host, hook.port, settings="PARLEY_TELEGRAM_WEBHOOK", tls=hook.tls)

    @property
    def address(self) -> str:
        return self._serving.address

    async def start(self) -> None:
        """Raises AddressUnusable."""
        self._certificate = await asyncio.to_thread(self._hook.certificate)
        await self._serving.start()
        _log.info("webhook listens", address=self.address)

    async def run(self, intake: Intake) -> None:
        """Take updates until cancelled. Raises TokenRefused, or a defect's own error when the server fell."""
        self._intake = intake
        tasks = {asyncio.create_task(self._keep_set()), asyncio.create_task(self._serving.wait())}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        await self._serving.stop()

    async def _take(self, update: Any) -> None:
        if self._intake is None:
            raise NotSignedIn("updates come before we are signed in")
        for said in await self._intake.read([update]):
            await self._intake.keep(said)

    async def _keep_set(self) -> NoReturn:
        """Tell Telegram where to bring updates, and again when somebody else told it otherwise."""
        await self._until_done(self._set)
        while True:
            await asyncio.sleep(self._pace.look)
            await self._until_done(self._look)

    async def _until_done(self, step: Callable[[], Awaitable[None]]) -> None:
        failures = 0
        while True:
            try:
                await step()
            except InvalidToken:
                raise TokenRefused from None  # PTB's text may hold the token
            except TelegramError as exc:
                failures += 1
                pause = self._pace.pause(failures)
                self._tell(exc, failures, pause)
                await asyncio.sleep(pause)
            else:
                return

    def _tell(self, exc: TelegramError, failures: int, pause: float) -> None:
        if isinstance(exc, BadRequest):
            _log.error("telegram does not take PARLEY_TELEGRAM_WEBHOOK_URL; it should be https, of a name that leads "
                       "here, at port 443, 80, 88 or 8443", failures=failures, seconds=pause)  # fmt: skip
        else:
            _log.warning("webhook not set, trying on", error=type(exc).__name__, failures=failures, seconds=pause)

    async def _set(self) -> None:
        await self._bot.set_webhook(
            self._hook.url,
            certificate=self._certificate,
            max_connections=_CONNECTIONS,
            allowed_updates=WANTED,
            secret_token=self._hook.secret,
        )
        _log.info("webhook set")

    async def _look(self) -> None:
        told = await self._bot.get_webhook_info()
        if told.url != self._hook.url:
            _log.error("another program changed this bot's webhook; stop one of them")
            await self._set()
        elif told.pending_update_count and told.last_error_date is not None:
            _log.warning("telegram had trouble bringing updates", pending=told.pending_update_count)
