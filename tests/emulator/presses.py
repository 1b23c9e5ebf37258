"""Buttons that are pressed, and what the bot answers to that."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.emulator.calls import Refused
from tests.emulator.messages import BotMessage

if TYPE_CHECKING:
    from tests.emulator.world import World

__all__ = ["Press", "Presses", "press"]


@dataclass(frozen=True, slots=True)
class Press:
    """A press, the update that tells of it, and how it was answered (once ``answered`` is set)."""

    id: str
    update_id: int
    at: float
    answers: list[dict[str, Any]] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def answered(self, within: float = 5.0) -> dict[str, Any]:
        """The first answer: ``text`` and ``show_alert``, if any. Raises TimeoutError."""
        async with asyncio.timeout(within):
            await self.done.wait()
        return self.answers[0]


class Presses:
    """Presses that wait for an answer, for ``lifetime`` seconds."""

    def __init__(self, lifetime: float = 15.0) -> None:
        self.lifetime = lifetime
        self._open: dict[str, Press] = {}
        self._made = 0

    def number(self) -> str:
        self._made += 1
        return str(4_000_000_000_000_000 + self._made)

    def add(self, press: Press) -> None:
        now = time.monotonic()
        self._open = {id: kept for id, kept in self._open.items() if now - kept.at < self.lifetime}
        self._open[press.id] = press

    def answer(self, id: str, answer: dict[str, Any]) -> None:
        """Raises Refused when the press is unknown, answered or too old."""
        press = self._open.pop(id, None)
        if press is None or time.monotonic() - press.at > self.lifetime:
            reason = "query is too old and response timeout expired or query ID is invalid"
            raise Refused(400, f"Bad Request: {reason}")
        press.answers.append(answer)
        press.done.set()


async def press(
    world: World, who: dict[str, Any], message: BotMessage, *, text: str | None = None, data: str | None = None
) -> Press:
    """Raises LookupError when there is no such button."""
    wanted = [b for b in message.buttons if b["text"] == text or (data is not None and b.get("callback_data") == data)]
    if not wanted:
        raise LookupError(f"no such button among {[button['text'] for button in message.buttons]}")
    pressed = Press(world.presses.number(), world.updates.next_id, time.monotonic())
    world.presses.add(pressed)
    gone = {"chat": message.message["chat"], "message_id": message.message_id, "date": 0}
    shown = dict(message.message) if message.deleted_at is None else gone
    query = {"id": pressed.id, "from": who, "message": shown, "chat_instance": str(message.chat)}
    await world.updates.emit({"callback_query": {**query, "data": wanted[0]["callback_data"]}})
    return pressed
