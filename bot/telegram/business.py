"""Business accounts that let us answer in their owners' name."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict

import structlog
from telegram import Bot, BusinessConnection
from telegram.error import BadRequest, Forbidden, TelegramError

from agents.errors import ParleyError
from bot.incoming import Sender
from bot.telegram.addressed import sender_of

__all__ = ["ConnectionUnknown", "Connections"]

_log = structlog.get_logger()
_MOST = 1000
_ASK = 10.0  # seconds
_TRIES = 8  # with the pauses of polling, a minute and a half


class ConnectionUnknown(ParleyError):
    """Telegram does not tell just now whose account it is."""

    code = "business-connection-unknown"


class Connections:
    """Remembers the last thousand that were told of or asked for."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._hosts: OrderedDict[str, Sender | None] = OrderedDict()
        self._failures: Counter[str] = Counter()

    def note(self, connection: BusinessConnection) -> None:
        """What an update says of it: it may be new, or allow other things from now on."""
        allowed = connection.is_enabled and connection.rights is not None and bool(connection.rights.can_reply)
        self._keep(connection.id, sender_of(connection.user) if allowed else None)

    async def host(self, id: str) -> Sender | None:
        """The account's owner, if we may reply in that name. Raises ConnectionUnknown, at most a few times in a row."""
        if id not in self._hosts:
            try:
                async with asyncio.timeout(_ASK):
                    self.note(await self._bot.get_business_connection(id))
            except (BadRequest, Forbidden):
                self._keep(id, None)
            except (TelegramError, TimeoutError) as exc:
                self._failed(id, type(exc).__name__)
                return None
        self._failures.pop(id, None)
        self._hosts.move_to_end(id)
        return self._hosts[id]

    def _keep(self, id: str, host: Sender | None) -> None:
        if host is None and self._hosts.get(id, self) is not None:
            _log.warning("business account gives no right to reply, its chats are left alone")
        self._hosts[id] = host
        if len(self._hosts) > _MOST:
            self._hosts.popitem(last=False)

    def _failed(self, id: str, error: str) -> None:
        self._failures[id] += 1
        if self._failures[id] < _TRIES:
            raise ConnectionUnknown(error)
        del self._failures[id]
        _log.error("business account not told by telegram, its message is left alone", error=error)
