"""Long polling that never confirms what is not kept.

Telegram forgets an update when getUpdates is called with a higher offset. PTB's own Updater hands updates over one
by one, gives up for good when its queue raises, and repeats a batch it cannot decode without end; here the offset
moves when all of a batch is accepted, chats are accepted side by side (so that they share a commit), the messages of
one chat in order, and what cannot be decoded is stepped over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn

import structlog
from telegram import Bot, Update, User
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut

from agents.errors import ParleyError
from bot.incoming import Incoming
from bot.telegram.parse import kind_of, parse

__all__ = ["Pace", "Poller", "TokenRefused", "seconds_of"]

_log = structlog.get_logger()
_ALLOWED = ("message",)
_BATCH = 100
_ANSWER = 15.0  # seconds beyond the long poll's own until it counts as dead
# PTB derives "getUpdates" from it; by its plain name it warns that Bot.get_updates should be used, which decodes a
# batch wholly or not at all.
_ENDPOINT = "get_Updates"


class TokenRefused(ParleyError):
    """Telegram does not know the bot's token."""

    code = "telegram-token-refused"

    def __init__(self) -> None:
        super().__init__(
            "Telegram refuses TELEGRAM_BOT_TOKEN; copy it again from @BotFather (or TELEGRAM_API_BASE_URL is wrong)"
        )


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: of one long poll, of the first pause after a failure, and of the longest (pauses double)."""

    poll: int = 25
    first: float = 1.0
    longest: float = 30.0

    def pause(self, failures: int) -> float:
        return float(min(self.longest, self.first * 2 ** min(failures - 1, 10)))


class Poller:
    """Fetches, decodes, hands over, confirms. ``accept`` returns once all that came at once in a chat is kept."""

    def __init__(
        self, bot: Bot, me: User, accept: Callable[[Sequence[Incoming]], Awaitable[object]], max_bytes: int, pace: Pace
    ) -> None:
        self._bot = bot
        self._me = me
        self._accept = accept
        self._max_bytes = max_bytes
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
        wanted = {"offset": offset, "timeout": self._pace.poll, "limit": _BATCH, "allowed_updates": list(_ALLOWED)}
        try:
            updates: list[dict[str, Any]] = await self._bot.do_api_request(
                _ENDPOINT,
                api_kwargs={name: value for name, value in wanted.items() if value is not None},
                read_timeout=self._pace.poll + _ANSWER,
            )
        except (LookupError, TypeError) as exc:  # JSON, but not the Bot API's: something else answers at the address
            raise TelegramError("not an answer of the Bot API") from exc
        return updates

    def _pause_after(self, exc: TelegramError, failures: int) -> float:
        pause = self._pace.pause(failures)
        if isinstance(exc, RetryAfter):
            pause = seconds_of(exc)
            _log.warning("telegram asks to poll later", seconds=pause)
        elif isinstance(exc, Conflict):
            _log.error("another program polls with this bot's token; stop one of them", seconds=pause)
        elif isinstance(exc, TimedOut):
            _log.info("telegram poll timed out", failures=failures, seconds=pause)
        else:
            _log.warning("telegram poll failed", error=type(exc).__name__, failures=failures, seconds=pause)
        return pause

    async def _take(self, batch: Sequence[dict[str, Any]]) -> None:
        chats: dict[str, list[Incoming]] = {}
        for raw in batch:
            incoming = self._decode(raw)
            if incoming is not None:
                chats.setdefault(incoming.chat, []).append(incoming)
        async with asyncio.TaskGroup() as group:
            for said in chats.values():
                group.create_task(self._keep(said))

    def _decode(self, raw: dict[str, Any]) -> Incoming | None:
        # PTB raises whatever its constructors raise; an update it cannot take must not block those behind it
        try:
            update = Update.de_json(raw, self._bot)
            incoming = parse(update, self._me, self._max_bytes)
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError, OSError) as exc:
            _log.error("update not decodable", update=raw.get("update_id"), error=type(exc).__name__)
            return None
        if incoming is None:
            _log.info("update not for us", update=update.update_id, kind=kind_of(update))
        return incoming

    async def _keep(self, said: Sequence[Incoming]) -> None:
        """Try until all of it is kept: as long as it is not, Telegram keeps it for us."""
        failures = 0
        while True:
            try:
                await self._accept(said)
            except (ParleyError, OSError) as exc:
                failures += 1
                pause = self._pace.pause(failures)
                code = exc.code if isinstance(exc, ParleyError) else type(exc).__name__
                _log.error("update not kept, trying again", update=said[0].key, error=code, seconds=pause)
                await asyncio.sleep(pause)
            else:
                return


def seconds_of(exc: RetryAfter) -> float:
    """``retry_after`` in seconds, in either of the two types PTB gives it."""
    after = exc.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
