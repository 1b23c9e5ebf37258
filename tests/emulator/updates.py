"""The queue of updates: true long polling, with confirmation by offset."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from tests.emulator.calls import Refused
from tests.emulator.readable import check_update

__all__ = ["UpdateQueue"]

_UNASKED = {"chat_member", "message_reaction", "message_reaction_count"}
_FUTURE = 10  # how far beyond the next id an offset may lie
_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    """``keep`` bounds the updates that can be repeated, to that many."""

    def __init__(self, first: int = 700_000_001, keep: int | None = None) -> None:
        self.next_id = first
        self._keep = keep
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
        number = self.next_id if update_id is None else update_id
        self.next_id = max(self.next_id, number + 1)
        update = {"update_id": number, **content}
        check_update(update)
        await self.emit_raw(update)
        return number

    async def emit_raw(self, update: dict[str, Any]) -> None:
        """Queue whatever it is, unchecked."""
        self.next_id = max(self.next_id, update["update_id"] + 1)
        self._emitted[update["update_id"]] = update
        if self._keep is not None and len(self._emitted) > self._keep:
            del self._emitted[next(iter(self._emitted))]
        async with self._changed:
            self._pending.append(update)
            self._changed.notify_all()

    async def repeat(self, update_id: int) -> None:
        """Deliver an update once more, confirmed or not."""
        async with self._changed:
            self._repeats.append(self._emitted[update_id])
            self._changed.notify_all()

    def jump(self, to: int | None = None) -> None:
        """Continue with another id, lower ones too, as after a week without updates: with any unless it is given."""
        self.next_id = 1 + secrets.randbelow(2**31 - 1_000_000) if to is None else to

    async def drop(self) -> None:
        """Forget what waits."""
        async with self._changed:
            self._pending.clear()
            self._changed.notify_all()

    async def confirmed(self, update_id: int, within: float = 5.0) -> None:
        """Wait until the bot confirmed the update."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: update_id not in self.unconfirmed)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Which kinds are told from now on: None leaves it as it is, an empty list is Telegram's own choice."""
        if kinds is not None:
            self._allowed = list(kinds)

    @property
    def allowed(self) -> list[str] | None:
        return self._allowed

    async def claim(self, busy: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first update that nobody else delivers at this moment, for a webhook; waits for one."""
        async with self._changed:
            while True:
                for update in self._waiting(None):
                    if not busy(update):
                        return update
                await self._changed.wait()

    async def settle(self, update: dict[str, Any], delivered: bool) -> None:
        """Take a delivered update away, or give it back."""
        async with self._changed:
            if delivered:
                again = [kept for kept in self._repeats if kept is not update]
                if len(again) == len(self._repeats):
                    self._pending = [kept for kept in self._pending if kept is not update]
                self._repeats = again
            self._changed.notify_all()

    async def poll(
        self, offset: int | None, limit: int | None, wait: int | None, allowed: Sequence[str] | None
    ) -> list[dict[str, Any]]:
        """getUpdates. A poll that comes while another waits breaks that one off with a conflict, as Telegram does."""
        async with self._changed:
            self._confirm(offset)
            self.allow(allowed)
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
        if self._stale(offset):
            return
        self.confirmed_below = offset
        self._pending = [update for update in self._pending if update["update_id"] >= offset]

    def _stale(self, offset: int) -> bool:
        """Whether the offset is of ids that are no more, so that it confirms nothing and asks for everything."""
        return offset > self.next_id + _FUTURE

    def _waiting(self, offset: int | None) -> list[dict[str, Any]]:
        ready = [update for update in self._pending if self._wanted(update)]
        everything = not offset or offset < 0 or self._stale(offset)
        return self._repeats + [update for update in ready if everything or update["update_id"] >= (offset or 0)]

    def _take(self, offset: int | None, limit: int | None) -> list[dict[str, Any]]:
        taken = self._waiting(offset)[: min(max(limit or 100, 1), 100)]
        self._repeats = [update for update in self._repeats if not any(update is other for other in taken)]
        return taken

    def _wanted(self, update: dict[str, Any]) -> bool:
        kinds = set(update) - {"update_id"}
        if self._allowed:
            return bool(kinds & set(self._allowed))
        return not kinds & _UNASKED
