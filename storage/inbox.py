"""The durable inbox in the database; the port in ``ports.py`` says what each operation means.

Changing a row that is not in a fitting state raises StorageMissing; ``done`` may be said twice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, TextClause, and_, bindparam, delete, select, text, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.dml import ReturningUpdate

from storage.clock import Clock, utc_now
from storage.columns import storable
from storage.database import Database
from storage.errors import StorageMissing
from storage.ports import Arrival, InboxRow, InboxState
from storage.tables import InboxEntry

__all__ = ["SqlInbox", "fresh_row"]

_PAGE = 200
_SWEEP = 1000
# Spelled as in the partial indexes: SQLite uses those only when it sees the same constants.
_UNFINISHED = text("state IN ('new', 'running')")
_DEAD = text("state = 'dead'")
_DONE = text("state = 'done'")
_NOT_DEAD = text("state <> 'dead'")
_COLUMNS = InboxEntry.__table__.columns


def _changing(where: TextClause, **values: Any) -> ReturningUpdate[Any]:
    """Change row ``row`` if it is in one of these states. Made once, since making it costs more than its execution."""
    return update(InboxEntry).where(InboxEntry.id == bindparam("row"), where).values(values).returning(*_COLUMNS)


_START = _changing(_UNFINISHED, state="running", attempts=InboxEntry.attempts + 1)
_DELIVERED = _changing(_UNFINISHED, delivered=bindparam("pieces"))
_FINISH = _changing(_NOT_DEAD, state="done")
_RETRY = _changing(_UNFINISHED, state="new", error=bindparam("code"))
_BURY = _changing(_UNFINISHED, state="dead", error=bindparam("code"))
_REVIVE = _changing(_DEAD, state="new", attempts=0, error=None)
_ACCEPT = insert(InboxEntry).on_conflict_do_nothing(index_elements=["channel", "key"]).returning(InboxEntry.id)


class SqlInbox:
    """Fills ``storage.ports.Inbox``."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def accept(self, arrivals: Sequence[Arrival]) -> list[InboxRow | None]:
        rows = [fresh_row(arrival, self._clock()) for arrival in arrivals]
        return await self._database.write(lambda connection: [_accept(connection, row) for row in rows])

    def unfinished(self) -> AsyncIterator[InboxRow]:
        return self._rows(_UNFINISHED)

    def dead(self) -> AsyncIterator[InboxRow]:
        return self._rows(_DEAD)

    async def waiting(self, channel: str, chat: str, *, after: int, limit: int) -> list[InboxRow]:
        of_chat = and_(_UNFINISHED, InboxEntry.channel == channel, InboxEntry.chat == chat)
        return await self._database.read(partial(_page, where=of_chat, after=after, limit=limit))

    async def dead_of(self, channel: str, chat: str, *, limit: int) -> list[InboxRow]:
        of_chat = select(*_COLUMNS).where(_DEAD, InboxEntry.channel == channel, InboxEntry.chat == chat)
        newest = of_chat.order_by(InboxEntry.id.desc()).limit(limit)
        return (await self._database.read(partial(_stored, statement=newest)))[::-1]

    async def start(self, row: int) -> InboxRow:
        return await self._change(_START, row)

    async def delivered(self, row: int, pieces: int) -> None:
        await self._change(_DELIVERED, row, pieces=pieces)

    async def done(self, row: int) -> None:
        await self._change(_FINISH, row)

    async def retry(self, row: int, error: str) -> None:
        await self._change(_RETRY, row, code=error)

    async def bury(self, row: int, error: str) -> None:
        await self._change(_BURY, row, code=error)

    async def revive(self, row: int) -> bool:
        try:
            await self._change(_REVIVE, row)
        except StorageMissing:
            return False
        return True

    async def expire(self, days: float) -> int:
        sweep = partial(_sweep, before=self._clock() - timedelta(days=days))
        total = 0
        while swept := await self._database.write(sweep):  # in pieces, so that intake never waits for a long deletion
            total += swept
        return total

    async def _change(self, statement: ReturningUpdate[Any], row: int, **values: Any) -> InboxRow:
        """Change one row and return it. Raises StorageMissing when it is absent or in another state."""
        changed = await self._database.write(lambda connection: _stored(connection, statement, row=row, **values))
        if not changed:
            raise StorageMissing("inbox row")
        return changed[0]

    async def _rows(self, where: TextClause) -> AsyncIterator[InboxRow]:
        after = 0
        while page := await self._database.read(partial(_page, where=where, after=after, limit=_PAGE)):
            for row in page:
                yield row
            after = page[-1].id


def fresh_row(arrival: Arrival, now: datetime) -> InboxRow:
    """The row an arrival becomes; its id is not known yet."""
    return InboxRow(
        id=0,
        channel=storable(arrival.channel),
        chat=storable(arrival.chat),
        key=storable(arrival.key),
        payload=storable(arrival.payload),
        state=InboxState.NEW,
        attempts=0,
        delivered=0,
        error=None,
        accepted_at=now,
    )


def _accept(connection: Connection, row: InboxRow) -> InboxRow | None:
    values = {column.name: getattr(row, column.name) for column in _COLUMNS if column.name != "id"}
    row_id = connection.execute(_ACCEPT, values | {"state": row.state.value}).scalar_one_or_none()
    return None if row_id is None else replace(row, id=row_id)


def _page(connection: Connection, *, where: ColumnElement[bool] | TextClause, after: int, limit: int) -> list[InboxRow]:
    wanted = select(*_COLUMNS).where(where, InboxEntry.id > after).order_by(InboxEntry.id).limit(limit)
    return _stored(connection, wanted)


def _stored(connection: Connection, statement: Executable, **values: Any) -> list[InboxRow]:
    rows = connection.execute(statement, values).mappings()
    return [InboxRow(**{**row, "state": InboxState(row["state"])}) for row in rows]


def _sweep(connection: Connection, *, before: datetime) -> int:
    old = select(InboxEntry.id).where(_DONE, InboxEntry.accepted_at < before).limit(_SWEEP)
    return connection.execute(delete(InboxEntry).where(InboxEntry.id.in_(old))).rowcount
