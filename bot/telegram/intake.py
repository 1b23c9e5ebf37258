"""What Telegram sends, decoded and handed over; the same however it comes.

PTB raises whatever its constructors raise, so an update it cannot take is stepped over: it must not block those behind
it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from telegram import Bot, Update

from agents.errors import ParleyError
from bot.incoming import Incoming, Pressed
from bot.telegram.address import Address
from bot.telegram.business import Connections
from bot.telegram.edits import Edits
from bot.telegram.marks import press_of
from bot.telegram.numbering import Numbering
from bot.telegram.parse import Parser
from bot.telegram.presses import Presses
from bot.telegram.updates import connection_of, kind_of

__all__ = ["Accept", "Intake", "Urgent"]

_log = structlog.get_logger()
_UNDECODABLE = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError, OSError, RecursionError)

Accept = Callable[[Sequence[Incoming]], Awaitable[Sequence[bool]]]  # False: it was accepted before
Urgent = Callable[[Incoming], Awaitable[None]]


class Intake:
    """``accept`` returns once all that came at once in a chat is kept. ``urgent`` is told of what then asks to stop,
    which must not wait in its chat's line. ``numbering`` is told of every message.
    """

    def __init__(
        self,
        bot: Bot,
        parser: Parser,
        accept: Accept,
        urgent: Urgent | None = None,
        numbering: Numbering | None = None,
    ) -> None:
        self._bot = bot
        self._numbering = numbering or Numbering()
        self._parser = parser
        self._accept = accept
        self._urgent = urgent
        self._connections = Connections(bot)
        self._edits = Edits()
        self._presses = Presses(bot)

    async def read(self, updates: Sequence[Any]) -> list[list[Incoming]]:
        """What of decoded JSON is for us, by chat, in order. Raises ConnectionUnknown."""
        chats: dict[str, list[Incoming]] = {}
        for raw in updates:
            incoming = await self._read(raw)
            if incoming is not None:
                chats.setdefault(incoming.chat, []).append(incoming)
        return list(chats.values())

    async def keep(self, said: Sequence[Incoming]) -> None:
        """Hand over what came in a chat. Raises what ``accept`` raises."""
        new = await self._accept(said)
        for incoming, first in zip(said, new, strict=True):
            self._edits.note(incoming)
            if (press := press_of(incoming)) is not None:
                self._presses.answer(press)
            if first and _asks_to_stop(incoming):
                await self._tell_at_once(incoming)

    def close(self) -> None:
        self._presses.close()

    async def _tell_at_once(self, said: Incoming) -> None:
        """It was kept, so that its turn comes all the same."""
        try:
            if self._urgent is not None:
                await self._urgent(said)
        except ParleyError as exc:
            _log.warning("stop not heeded at once", code=exc.code)

    async def _read(self, raw: Any) -> Incoming | None:
        try:
            return await self._decoded(raw)
        except _UNDECODABLE as exc:
            number = raw.get("update_id") if isinstance(raw, dict) else None
            named = number if isinstance(number, int) else None
            _log.error("update not decodable", update=named, error=type(exc).__name__)
            return None

    async def _decoded(self, raw: Any) -> Incoming | None:
        update = Update.de_json(raw, self._bot)
        if update.business_connection is not None:
            self._connections.note(update.business_connection)
        if (message := update.message or update.business_message) is not None:
            self._numbering.note(Address.of_message(message), message.message_id)
        connection = connection_of(update)
        host = await self._connections.host(connection) if connection else None
        incoming = None if connection and host is None else self._parser.parse(update, host)
        if incoming is not None and self._edits.changes(incoming):
            return incoming
        self._leave(update)
        return None

    def _leave(self, update: Update) -> None:
        if update.callback_query is not None:
            self._presses.answer(update.callback_query.id)
        if update.my_chat_member is not None:
            _log.info("our place in a chat changed", status=update.my_chat_member.new_chat_member.status)
        else:
            _log.info("update not for us", update=update.update_id, kind=kind_of(update))


def _asks_to_stop(said: Incoming) -> bool:
    if isinstance(said.act, Pressed):
        return said.act.what.partition(":")[0] == "stop"
    return said.command == "stop" and not said.edited
