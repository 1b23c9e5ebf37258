"""The queue of updates: true long polling, with confirmation by offset."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import aiogram.types
import telegram

from tests.emulator.calls import Refused

__all__ = ["UpdateQueue", "check_update"]

_UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def check_update(update: dict[str, Any]) -> None:
    """Raise AssertionError unless PTB and aiogram both read the update and know its fields."""
    parsed = telegram.Update.de_json(update, None)
    kinds = [name for name in update if name != "update_id"]
    assert not parsed.api_kwargs, f"fields PTB does not know: {parsed.api_kwargs}"
    for kind in kinds:
        assert not getattr(parsed, kind).api_kwargs, f"fields PTB does not know: {getattr(parsed, kind).api_kwargs}"
    assert not aiogram.types.Update.model_validate(update).model_extra


class UpdateQueue:
    def __init__(self, first: int = 700_000_001) -> None:
        self._next = first
        self._pending: list[dict[str, Any]] = []
        self._repeats: list[dict[str, Any]] = []
        self._emitted: dict[int, dict[str, Any]] = {}
        self._allowed: list[str] | None = None
        self._changed = asyncio.Condition()
        self._poll = 0  # the number of the poll that may go on; an older one meets a conflict
        self.confirmed_below = 0

    @property
    def unconfirmed(self) -> list[int]:
        return [update["update_id"] for update in self._pending]

    async def emit(self, content: dict[str, Any], update_id: int | None = None) -> int:
        """Queue an update; its id. ``update_id`` is for trying ids out of order."""
        number = self._next if update_id is None else update_id
        self._next = max(self._next, number + 1)
        update = {"update_id": number, **content}
        check_update(update)
        await self.emit_raw(update)
        return number

    async def emit_raw(self, update: dict[str, Any]) -> None:
        """Queue whatever it is, unchecked."""
        self._next = max(self._next, update["update_id"] + 1)
        self._emitted[update["update_id"]] = update
        async with self._changed:
            self._pending.append(update)
            self._changed.notify_all()

    async def repeat(self, update_id: int) -> None:
        """Deliver an update once more, confirmed or not."""
        async with self._changed:
            self._repeats.append(self._emitted[update_id])
            self._changed.notify_all()

    async def confirmed(self, update_id: int, within: float = 5.0) -> None:
        """Wait until the bot confirmed the update."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: update_id not in self.unconfirmed)

    async def poll(
        self, offset: int | None, limit: int | None, wait: int | None, allowed: Sequence[str] | None
    ) -> list[dict[str, Any]]:
        """getUpdates. A poll that comes while another waits breaks that one off with a conflict, as Telegram does."""
        async with self._changed:
            self._confirm(offset)
            if allowed is not None:
                self._allowed = list(allowed)
            self._poll += 1
            mine = self._poll
            self._changed.notify_all()
            try:
                async with asyncio.timeout(wait or 0):
                    await self._changed.wait_for(lambda: self._poll != mine or self._waiting(offset))
            except TimeoutError:
                return self._take(offset, limit)
            if self._poll != mine:
                raise Refused(409, _CONFLICT)
            return self._take(offset, limit)

    def _confirm(self, offset: int | None) -> None:
        if offset is None or offset == 0:
            return
        if offset < 0:  # all but the last -offset
            self._pending = self._pending[offset:]
            return
        self.confirmed_below = offset
        self._pending = [update for update in self._pending if update["update_id"] >= offset]

    def _waiting(self, offset: int | None) -> list[dict[str, Any]]:
        ready = [update for update in self._pending if self._wanted(update)]
        return self._repeats + [u for u in ready if not offset or offset < 0 or u["update_id"] >= offset]

    def _take(self, offset: int | None, limit: int | None) -> list[dict[str, Any]]:
        taken = self._waiting(offset)[: min(max(limit or 100, 1), 100)]
        self._repeats = [update for update in self._repeats if not any(update is other for other in taken)]
        return taken

    def _wanted(self, update: dict[str, Any]) -> bool:
        kinds = set(update) - {"update_id"}
        if self._allowed:
            return bool(kinds & set(self._allowed))
        return not kinds & _UNASKED
