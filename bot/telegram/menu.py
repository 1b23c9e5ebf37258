"""The menu of commands that Telegram shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeChat
from telegram.error import TelegramError

__all__ = ["Menu"]

_log = structlog.get_logger()
_REST = "en"  # what people of all other languages get


@dataclass(frozen=True, slots=True)
class Menu:
    """Names of commands with what they do, by language. ``aside`` are those that menus of groups leave out.

    ``of_admins`` are all that admins may give, whose ids are ``admins``; each sees them in their own chat.
    """

    commands: Mapping[str, Sequence[tuple[str, str]]]
    aside: Collection[str] = ()
    of_admins: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    admins: Collection[int] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for commands in self.commands.values() for name, _ in commands)

    async def put_up(self, bot: Bot) -> None:
        """The menu is a convenience: without it every command still works. Never raises."""
        try:
            for language, commands in self.commands.items():
                await _set(bot, language, commands, None)
                if self.aside:
                    fit = [command for command in commands if command[0] not in self.aside]
                    await _set(bot, language, fit, BotCommandScopeAllGroupChats())
        except TelegramError as exc:
            _log.warning("command menu not set", error=type(exc).__name__)
        for admin in self.admins:
            await self._put_up_for(bot, admin)

    async def _put_up_for(self, bot: Bot, admin: int) -> None:
        try:
            for language, commands in self.of_admins.items():
                await _set(bot, language, commands, BotCommandScopeChat(admin))
        except TelegramError as exc:  # one who has not written to the bot has no chat with it
            _log.info("command menu of an admin not set", error=type(exc).__name__)


async def _set(bot: Bot, language: str, commands: Sequence[tuple[str, str]], scope: BotCommandScope | None) -> None:
    code = None if language == _REST else language
    await bot.set_my_commands([BotCommand(*command) for command in commands], scope=scope, language_code=code)
