"""Menus of commands, by scope and language."""

from __future__ import annotations

import re
from typing import Any

from aiogram import methods as api

from tests.emulator.calls import Refused
from tests.emulator.methods.handlers import Handlers

__all__ = ["Menus"]

_MOST = 100
_WHERE = {"chat": ("chat_id",), "chat_administrators": ("chat_id",), "chat_member": ("chat_id", "user_id")}


class Menus:
    def __init__(self) -> None:
        self._menus: dict[tuple[Any, ...], dict[str, dict[str, str]]] = {}
        self.handlers: Handlers = {
            api.SetMyCommands: self._set,
            api.GetMyCommands: self._get,
            api.DeleteMyCommands: self._delete,
        }

    def of(self, scope: str, **where: int) -> dict[str, dict[str, str]]:
        named = tuple(where.get(name) for name in _WHERE.get(scope, ()))
        return self._menus.get((scope, *named), {})

    async def _set(self, call: api.SetMyCommands) -> bool:
        if len(call.commands) > _MOST:
            raise Refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH", violation=True)
        for command in call.commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command.command):
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID", violation=True)
            if not 1 <= len(command.description) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID", violation=True)
        menu = {command.command: command.description for command in call.commands}
        self._menus.setdefault(_scope(call), {})[_language(call)] = menu
        return True

    async def _get(self, call: api.GetMyCommands) -> list[dict[str, str]]:
        menu = self._menus.get(_scope(call), {}).get(_language(call), {})
        return [{"command": name, "description": description} for name, description in menu.items()]

    async def _delete(self, call: api.DeleteMyCommands) -> bool:
        self._menus.get(_scope(call), {}).pop(_language(call), None)
        return True


def _scope(call: Any) -> tuple[Any, ...]:
    if call.scope is None:
        return ("default",)
    return (call.scope.type, *(getattr(call.scope, name) for name in _WHERE.get(call.scope.type, ())))


def _language(call: Any) -> str:
    language = call.language_code or ""
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise Refused(400, "Bad Request: language code is invalid", violation=True)
    return language
