"""The inbox in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from storage.clock import Clock, utc_now
from storage.columns import storable
from storage.errors import StorageMissing
from storage.inbox import fresh_row
from storage.memory.messages import MemoryMessages
from storage.ports import Arrival, Doubt, InboxRow, InboxState

__all__ = ["MemoryInbox"]

_UNFINISHED = (InboxState.NEW, InboxState.RUNNING)
_NOT_DEAD = (*_UNFINISHED, InboxState.DONE)


class MemoryInbox:
    """Fills ``storage.ports.Inbox``."""

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self.messages = MemoryMessages()
        self._clock = clock
        self._ids = count(1)
        self._rows: dict[int, InboxRow] = {}
        self._doubts: dict[int, Doubt] = {}
        self._taken: dict[int, dict[int, str | None]] = {}

    async def accept(self, arrivals: Sequence[Arrival]) -> list[InboxRow | None]:
        return [self._accept(fresh_row(arrival, self._clock())) for arrival in arrivals]

    async def unfinished(self) -> AsyncIterator[InboxRow]:
        for row in self._in(*_UNFINISHED):
            yield row

    async def dead(self) -> AsyncIterator[InboxRow]:
        for row in self._in(InboxState.DEAD):
            if row.head in (None, row.id):
                yield row

    async def waiting(self, channel: str, chat: str, *, after: int, limit: int) -> list[InboxRow]:
        wanted = (storable(channel), storable(chat))
        return [row for row in self._in(*_UNFINISHED) if (row.channel, row.chat) == wanted and row.id > after][:limit]

    async def dead_of(self, channel: str, chat: str, *, limit: int) -> list[InboxRow]:
        wanted = (storable(channel), storable(chat))
        dead = [row for row in self._in(InboxState.DEAD) if (row.channel, row.chat) == wanted]
        return dead[max(0, len(dead) - limit) :]

    async def start(self, row: int, joined: Sequence[int] = ()) -> InboxRow:
        found = self._find(row, *_UNFINISHED)
        if found.head is None:
            self._join(row, joined)
        for pieces, message in self._taken.pop(row, {}).items():
            self._deliver(row, pieces, message)
        self._change_all(row, _UNFINISHED, state=InboxState.RUNNING)
        self._change(row, head=row, attempts=found.attempts + 1)
        return self._rows[row]

    async def joined(self, row: int) -> list[InboxRow]:
        return [one for one in self._rows.values() if one.head == row and one.id != row]

    async def previewed(self, row: int, message: str) -> None:
        self._find(row, *_UNFINISHED)
        self._change(row, preview=storable(message))

    def sends(self, row: int, doubt: Doubt) -> None:
        self._doubts[row] = doubt

    def refused(self, row: int) -> None:
        self._doubts.pop(row, None)

    def doubt(self, row: int) -> Doubt | None:
        return self._doubts.get(row)

    def took(self, row: int, pieces: int, message: str | None = None, *, last: bool) -> None:
        self._doubts.pop(row, None)
        self._taken.setdefault(row, {})[pieces] = message

    async def recover(self) -> int:
        return 0

    async def delivered(self, row: int, pieces: int, message: str | None = None) -> None:
        self._deliver(row, pieces, message)
        self._taken.pop(row, None)

    async def done(self, row: int, message: str | None = None) -> None:
        self._change_all(row, _NOT_DEAD, state=InboxState.DONE, preview=None)
        self._taken.pop(row, None)
        if message is not None:
            self.messages.went(row, self._rows[row].delivered + 1, message)

    async def forget(self, row: int) -> None:
        self._change_all(row, _NOT_DEAD, state=InboxState.DONE, payload="{}", preview=None)

    async def retry(self, row: int, error: str) -> None:
        self._change_all(row, _UNFINISHED, state=InboxState.NEW, error=storable(error))

    async def bury(self, row: int, error: str) -> None:
        self._change_all(row, _UNFINISHED, state=InboxState.DEAD, error=storable(error))
        self._doubts.pop(row, None)
        self._taken.pop(row, None)

    async def revive(self, row: int) -> bool:
        found = self._rows.get(row)
        if found is None or found.state is not InboxState.DEAD:
            return False
        self._change_all(found.head or row, (InboxState.DEAD,), state=InboxState.NEW, attempts=0)
        return True

    async def begun(self, channel: str, chat: str, album: str, *, before: int) -> InboxRow | None:
        wanted = (storable(channel), storable(chat), storable(album))
        rows = (row for row in self._rows.values() if (row.channel, row.chat, row.album) == wanted)
        return next((row for row in rows if row.head is not None and row.id < before), None)

    async def expire(self, days: float) -> int:
        before = self._clock() - timedelta(days=days)
        old = [row.id for row in self._in(InboxState.DONE) if row.accepted_at < before]
        for row in old:
            del self._rows[row]
        return len(old)

    def key(self, row: int) -> str | None:
        """The key of a row, as long as it is kept."""
        return self._rows[row].key if row in self._rows else None

    def _accept(self, row: InboxRow) -> InboxRow | None:
        if any((known.channel, known.key) == (row.channel, row.key) for known in self._rows.values()):
            return None
        row = replace(row, id=next(self._ids))
        self._rows[row.id] = row
        return row

    def _deliver(self, row: int, pieces: int, message: str | None) -> None:
        self._find(row, *_UNFINISHED)
        self._change(row, delivered=pieces, preview=None)
        if message is not None:
            self.messages.went(row, pieces, message)

    def _in(self, *states: InboxState) -> list[InboxRow]:
        return [row for row in self._rows.values() if row.state in states]

    def _join(self, row: int, joined: Sequence[int]) -> None:
        if any(self._find(one, *_UNFINISHED).head is not None for one in joined):
            raise StorageMissing("joined inbox row")
        for one in joined:
            self._change(one, head=row)

    def _change_all(self, row: int, states: Sequence[InboxState], **values: Any) -> None:
        """Change the row and all that are part of its turn."""
        self._find(row, *states)
        for one in [one.id for one in self._rows.values() if row in (one.id, one.head)]:
            self._change(one, **values)

    def _change(self, row: int, **values: Any) -> None:
        self._rows[row] = replace(self._rows[row], **values)

    def _find(self, row: int, *states: InboxState) -> InboxRow:
        """A row that is not part of another's turn. Raises StorageMissing."""
        found = self._rows.get(row)
        if found is None or found.state not in states or found.head not in (None, row):
            raise StorageMissing("inbox row")
        return found
