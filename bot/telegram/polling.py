"""Long polling that never confirms what is not kept.

Telegram forgets an update when getUpdates is called with a higher offset. PTB's own Updater hands updates over one
by one, gives up for good when its queue raises, and repeats a batch it cannot decode without end; here the offset
moves when all of a batch is accepted, chats are accepted side by side (so that they share a commit), the messages of
one chat in order, and what cannot be decoded is stepped over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NoReturn, TypeVar

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from agents.errors import ParleyError
from bot.telegram.intake import Intake
from bot.telegram.pace import Pace
from bot.telegram.pacing.refusals import seconds_of
from bot.telegram.refused import TokenRefused
from bot.telegram.updates import WANTED

__all__ = ["Poller"]

_log = structlog.get_logger()
_BATCH = 100
_ANSWER = 15.0  # seconds beyond the long poll's own until it counts as dead
# PTB derives "getUpdates" from it; by its plain name it warns that Bot.get_updates should be used, which decodes a
# batch wholly or not at all.
_ENDPOINT = "get_Updates"

T = TypeVar("T")


class Poller:
    """Fetches, hands over, confirms."""

    def __init__(self, bot: Bot, intake: Intake, pace: Pace) -> None:
        self._bot = bot
        self._intake = intake
        self._pace = pace

    async def run(self) -> NoReturn:
        """Poll until cancelled. Raises TokenRefused."""
        offset: int | None = None
        failures = 0
        while True:
            try:
                batch = await self._fetch(offset)
            except InvalidToken:
                raise TokenRefused from None  # PTB's text may hold the token
            except TelegramError as exc:
                failures += 1
                await asyncio.sleep(self._pause_after(exc, failures))
                continue
            failures = 0
            await self._take(batch)
            # an empty answer means that the offset has done its work; without it, ids that begin anew are no matter
            offset = batch[-1]["update_id"] + 1 if batch else None

    async def _fetch(self, offset: int | None) -> list[dict[str, Any]]:
        wanted = {"offset": offset, "timeout": self._pace.poll, "limit": _BATCH, "allowed_updates": list(WANTED)}
        answered = self._pace.poll + _ANSWER
        try:
            async with asyncio.timeout(self._pace.poll + answered):  # the other is for each read
                updates: list[dict[str, Any]] = await self._bot.do_api_request(
                    _ENDPOINT,
                    api_kwargs={name: value for name, value in wanted.items() if value is not None},
                    read_timeout=answered,
                )
        except TimeoutError as exc:
            raise TimedOut from exc
        except (LookupError, TypeError) as exc:  # JSON, but not the Bot API's: something else answers at the address
            raise TelegramError("not an answer of the Bot API") from exc
        return updates

    def _pause_after(self, exc: TelegramError, failures: int) -> float:
        pause = self._pace.pause(failures)
        if isinstance(exc, RetryAfter):
            pause = seconds_of(exc)
            _log.warning("telegram asks to poll later", seconds=pause)
        elif isinstance(exc, Conflict):
            _log.error("another program takes updates with this bot's token; stop one of them", seconds=pause)
        elif isinstance(exc, TimedOut):
            _log.info("telegram poll timed out", failures=failures, seconds=pause)
        else:
            _log.warning("telegram poll failed", error=type(exc).__name__, failures=failures, seconds=pause)
        return pause

    async def _take(self, batch: Sequence[dict[str, Any]]) -> None:
        chats = await self._at_last(partial(self._intake.read, batch))
        async with asyncio.TaskGroup() as group:
            for said in chats:
                group.create_task(self._at_last(partial(self._intake.keep, said)))

    async def _at_last(self, step: Callable[[], Awaitable[T]]) -> T:
        """Try until it is done: as long as it is not, Telegram keeps what it is about."""
        failures = 0
        while True:
            try:
                return await step()
            except (ParleyError, OSError) as exc:
                failures += 1
                pause = self._pace.pause(failures)
                code = exc.code if isinstance(exc, ParleyError) else type(exc).__name__
                _log.error("update not kept, trying again", error=code, seconds=pause)
                await asyncio.sleep(pause)
