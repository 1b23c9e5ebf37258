"""Tries: one turn worked on once, and what becomes of it when that fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from agents.errors import ParleyError
from bot.ages import Ages
from bot.backlog import Chat
from bot.deaths import MOST as MOST_DEATHS
from bot.deaths import deaths
from bot.gathering import Gathering
from bot.patience import NotYet, Patience, RowFailed
from storage.errors import StorageError, StorageMissing
from storage.ports import Arrival, Inbox, InboxRow

__all__ = ["Tries", "Work"]

_log = structlog.get_logger()

Work = Callable[[Sequence[InboxRow]], Awaitable[str | None]]


class Tries:
    """``outcomes`` counts how tries ended; ``took`` is told the seconds of those that succeeded."""

    def __init__(
        self,
        inbox: Inbox,
        work: Work,
        buried: Callable[[InboxRow], Awaitable[None]],
        delayed: Callable[[Arrival | InboxRow], Awaitable[None]],
        took: Callable[[float], None],
        patience: Patience,
        ages: Ages,
        gathering: Gathering,
    ) -> None:
        self._inbox = inbox
        self._work = work
        self._buried = buried
        self._delayed = delayed
        self._took = took
        self._patience = patience
        self._ages = ages
        self._gathering = gathering
        self.outcomes = Counter(answered=0, retried=0, buried=0)

    async def make(self, chat: Chat) -> list[InboxRow] | float:
        """Work on the first turn once: its rows that are settled, or seconds to pause before the next try."""
        row = chat.rows[0].row
        rows = [row]
        try:
            try:
                rows = await self._begin(chat)
            except StorageMissing:
                return rows  # settled before: recovery or a refill read it a second time
            row = rows[0]
            if deaths(row.error) >= MOST_DEATHS:
                raise RowFailed("process-ended", retryable=False)
            if not chat.answered:
                began = self._ages.now()
                chat.message = await self._work(rows)
                self._took(self._ages.now() - began)
                chat.answered = True
            await self._inbox.done(row.id, chat.message)
            self.outcomes["answered"] += 1
            return rows
        except NotYet as wait:
            return await self._put_off(row, wait)
        except RowFailed as error:
            failure = error
        except StorageError as error:
            failure = RowFailed(error.code, retryable=error.retryable, outside=True)
            if error.retryable:
                await self._delayed(row)
        except ParleyError as error:
            failure = RowFailed(error.code, retryable=error.retryable)
        except Exception as error:  # a poison row must not take its worker, and with it every chat, along
            _log.exception("row broke its worker", row=row.id)
            failure = RowFailed(f"unexpected-{type(error).__name__}", retryable=True)
        chat.failures += 1
        over = self._patience.exhausted(self._ages.of(row), row.attempts, failure)
        pause = await self._settle(row, max(row.attempts, chat.failures), failure, over)
        return rows if pause is None else pause

    async def _begin(self, chat: Chat) -> list[InboxRow]:
        """Note that the first rows are one turn now, and that it is tried; which they are. Raises StorageError.

        Of a turn that was begun before, storage knows that: not all of its rows need be in memory.
        """
        first = chat.rows[0]
        if chat.answered:
            return [first.row, *await self._inbox.joined(first.row.id)]
        if first.row.head is not None:
            first.row = await self._inbox.start(first.row.id)
            return [first.row, *await self._inbox.joined(first.row.id)]
        places = self._gathering.group(chat.rows, self._ages.now()).taken
        others = [chat.rows[place].row for place in places[1:]]
        try:
            first.row = await self._inbox.start(first.row.id, [row.id for row in others])
        except StorageMissing:
            others = []  # one of them was settled before
            first.row = await self._inbox.start(first.row.id)
        return [first.row, *(replace(row, head=first.row.id) for row in others)]

    async def _settle(self, row: InboxRow, attempt: int, failure: RowFailed, over: bool) -> float | None:
        """Seconds to pause before the next try, or None when there is none."""
        self.outcomes["buried" if over else "retried"] += 1
        _log.warning("row failed", row=row.id, attempt=attempt, code=failure.code, buried=over)
        try:
            if over:
                await self._inbox.bury(row.id, failure.code)
                await self._buried(row)
                return None
            await self._inbox.retry(row.id, failure.code)
        except StorageMissing:
            return None  # there is nothing left to settle
        except ParleyError as error:
            _log.warning("row state not kept", row=row.id, code=error.code)
        return float(failure.pause or self._patience.pause(attempt))

    async def _put_off(self, row: InboxRow, wait: NotYet) -> float:
        """Seconds to pause; that the process may end meanwhile is not the row's doing."""
        try:
            await self._inbox.retry(row.id, wait.code)
        except StorageError as error:
            _log.warning("row state not kept", row=row.id, code=error.code)
        return wait.pause
