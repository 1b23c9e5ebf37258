"""Who runs a group on Telegram: its administrators."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.deciding import GroupsSilent
from bot.incoming import Incoming
from bot.telegram.address import Address

__all__ = ["Administrators"]

_log = structlog.get_logger()
_MOST = 1000  # groups
_HOLDS = 60.0  # seconds
_SILENT = 10.0  # seconds in which it is not asked again what was not told
_ASK = 5.0  # seconds
_UNDECODABLE = (AttributeError, LookupError, TypeError, ValueError)  # PTB raises whatever its constructors raise


class Administrators:
    """Fills ``bot.deciding.Groups``. What Telegram said of the last thousand groups is remembered for a minute,
    and that it said nothing for a few seconds, so that who presses buttons there meanwhile holds nobody up.

    All of a group's are asked for at once: of single members Telegram tells only bots that are administrators
    themselves (https://core.telegram.org/bots/api#getchatmember).
    """

    def __init__(self, bot: Bot, clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._clock = clock
        self._known: OrderedDict[int, tuple[float, Collection[str] | None]] = OrderedDict()  # until when, None: silence

    async def runs(self, said: Incoming) -> bool:
        """Who speaks in a group's own name is an administrator of it who stays anonymous."""
        group = Address.of(said.chat).chat
        return said.sender.id == str(group) or said.sender.id in await self._of(group)

    async def _of(self, group: int) -> Collection[str]:
        until, members = self._known.get(group, (0.0, None))
        if self._clock() >= until:
            members = await self._asked(group)
            self._keep(group, members)
        if members is None:
            raise GroupsSilent
        return members

    async def _asked(self, group: int) -> Collection[str] | None:
        try:
            async with asyncio.timeout(_ASK):
                members = await self._bot.get_chat_administrators(group)
        except (TelegramError, TimeoutError, *_UNDECODABLE) as exc:
            _log.warning("administrators not told by telegram", error=type(exc).__name__)
            return None
        return frozenset(str(member.user.id) for member in members)

    def _keep(self, group: int, members: Collection[str] | None) -> None:
        self._known[group] = self._clock() + (_SILENT if members is None else _HOLDS), members
        self._known.move_to_end(group)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
