"""Which part carries out which call, and that its result is what the Bot API promises."""

from __future__ import annotations

from functools import cache
from typing import Any

from aiogram import methods as api
from aiogram.methods.base import TelegramMethod
from pydantic import TypeAdapter

from tests.emulator.calls import Refused
from tests.emulator.methods.answering import Answering
from tests.emulator.methods.asking import Asking
from tests.emulator.methods.deleting import Deleting
from tests.emulator.methods.drafting import Drafting
from tests.emulator.methods.editing import Editing
from tests.emulator.methods.handlers import Handlers
from tests.emulator.methods.menus import Menus
from tests.emulator.methods.sending import Sending
from tests.emulator.methods.webhooks import Webhooks
from tests.emulator.world import World

__all__ = ["Methods"]


class Methods:
    """Carries out a checked call and gives its result as JSON values."""

    def __init__(self, world: World) -> None:
        self._menus = Menus()
        parts = (Answering(world), Asking(world), Deleting(world), Drafting(world), Editing(world), Sending(world),
                 Webhooks(world))  # fmt: skip
        self._handlers: Handlers = dict(self._menus.handlers)
        for part in parts:
            self._handlers |= part.handlers

    @property
    def menus(self) -> dict[str, dict[str, str]]:
        """The commands shown to everyone whom no narrower scope fits, by language."""
        return self._menus.of("default")

    def menus_of(self, scope: str, **where: int) -> dict[str, dict[str, str]]:
        """The commands of a scope, by language; ``chat_id`` and ``user_id`` where the scope names them."""
        return self._menus.of(scope, **where)

    async def carry_out(self, call: TelegramMethod[Any]) -> Any:
        handler = self._handlers.get(type(call))
        if handler is None:
            raise Refused(501, f"the emulator does not know {call.__api_method__}", violation=True)
        result = await handler(call)
        if not isinstance(call, api.GetUpdates):  # updates were checked when they were emitted
            _returning(type(call)).validate_python(result)
        return result


@cache
def _returning(kind: type[TelegramMethod[Any]]) -> TypeAdapter[Any]:
    return TypeAdapter(kind.__returning__)
