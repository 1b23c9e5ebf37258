"""The durable inbox in the database; the port in ``ports/inbox.py`` says what each operation means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Executable, Row, TextClause, and_, delete, select
from sqlalchemy.sql.dml import ReturningUpdate

from storage.clock import Clock, utc_now
from storage.columns import storable
from storage.database import Database
from storage.errors import StorageMissing
from storage.inbox_statements import (
    ACCEPT,
    AMONG,
    BEGUN,
    BURY,
    COLUMNS,
    DEAD,
    DELIVERED,
    DONE,
    DOUBTFUL,
    FINISH,
    FORGET,
    HEAD,
    JOIN,
    JOINED,
    LETTERS,
    PREVIEWED,
    RETRY,
    REVIVE,
    START,
    UNFINISHED,
)
from storage.messages import keep_sent
from storage.ports import Arrival, Doubt, InboxRow, InboxState
from storage.receipts import Noted, Receipt, Receipts
from storage.tables import INBOX

__all__ = ["SqlInbox", "fresh_row"]

_PAGE = 200
_SWEEP = 1000


class SqlInbox:
    """Fills ``storage.ports.Inbox``."""

    def __init__(self, database: Database, receipts: Receipts | None = None, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._receipts = receipts or Receipts.beside(database.file)
        self._clock = clock
        self._taken: dict[int, dict[int, str | None]] = {}  # by row and piece, what is not committed yet

    async def accept(self, arrivals: Sequence[Arrival]) -> list[InboxRow | None]:
        rows = [fresh_row(arrival, self._clock()) for arrival in arrivals]
        return await self._database.write(lambda connection: [_accept(connection, row) for row in rows])

    def unfinished(self) -> AsyncIterator[InboxRow]:
        return self._rows(UNFINISHED)

    def dead(self) -> AsyncIterator[InboxRow]:
        return self._rows(LETTERS)

    async def waiting(self, channel: str, chat: str, *, after: int, limit: int) -> list[InboxRow]:
        of_chat = and_(UNFINISHED, INBOX.c.channel == channel, INBOX.c.chat == chat)
        return await self._database.read(partial(_page, where=of_chat, after=after, limit=limit))

    async def dead_of(self, channel: str, chat: str, *, limit: int) -> list[InboxRow]:
        of_chat = select(*COLUMNS).where(DEAD, INBOX.c.channel == channel, INBOX.c.chat == chat)
        newest = of_chat.order_by(INBOX.c.id.desc()).limit(limit)
        return (await self._database.read(partial(_stored, statement=newest)))[::-1]

    async def start(self, row: int, joined: Sequence[int] = ()) -> InboxRow:
        taken = self._taken.get(row, {})
        started = await self._database.write(partial(_start, row=row, joined=joined, taken=taken))
        self._taken.pop(row, None)
        return started

    async def joined(self, row: int) -> list[InboxRow]:
        return await self._database.read(partial(_stored, statement=JOINED, row=row))

    async def previewed(self, row: int, message: str) -> None:
        await self._change(PREVIEWED, row, message=message)

    def sends(self, row: int, doubt: Doubt) -> None:
        self._receipts.sends(row, doubt)

    def refused(self, row: int) -> None:
        self._receipts.settle(row)

    def doubt(self, row: int) -> Doubt | None:
        return self._receipts.doubt(row)

    def took(self, row: int, pieces: int, message: str | None = None, *, last: bool) -> None:
        self._taken.setdefault(row, {})[pieces] = message
        self._receipts.note(Receipt(row, pieces, last, message))

    async def recover(self) -> int:
        left = await asyncio.to_thread(self._receipts.left)
        doubtful, unfinished = await self._database.write(partial(_recover, noted=left))
        doubts = {row: left.doubts[row] for row in unfinished}
        await asyncio.to_thread(self._receipts.go_on, doubts)
        return doubtful

    async def delivered(self, row: int, pieces: int, message: str | None = None) -> None:
        await self._database.write(partial(_deliver, row=row, pieces=pieces, message=message))
        self._committed(row)

    async def done(self, row: int, message: str | None = None) -> None:
        await self._database.write(partial(_finish, row=row, message=message))
        self._committed(row)

    async def forget(self, row: int) -> None:
        await self._change(FORGET, row)

    async def retry(self, row: int, error: str) -> None:
        await self._change(RETRY, row, code=error)

    async def bury(self, row: int, error: str) -> None:
        await self._change(BURY, row, code=error)
        self._taken.pop(row, None)
        self._receipts.settle(row)

    async def revive(self, row: int) -> bool:
        revived = await self._database.write(lambda connection: connection.execute(REVIVE, {"row": row}).all())
        return bool(revived)

    async def begun(self, channel: str, chat: str, album: str, *, before: int) -> InboxRow | None:
        asked = {"channel": channel, "chat": chat, "album": album, "before": before}
        found = await self._database.read(lambda connection: _stored(connection, BEGUN, **asked))
        return found[0] if found else None

    async def expire(self, days: float) -> int:
        sweep = partial(_sweep, before=self._clock() - timedelta(days=days))
        total = 0
        while swept := await self._database.write(sweep):  # in pieces, so that intake never waits for a long deletion
            total += swept
        return total

    def _committed(self, row: int) -> None:
        self._taken.pop(row, None)
        self._receipts.committed(row)

    async def _change(self, statement: ReturningUpdate[*tuple[Any, ...]], row: int, **values: Any) -> None:
        await self._database.write(lambda connection: _changed(connection, statement, row, **values))

    async def _rows(self, where: ColumnElement[bool] | TextClause) -> AsyncIterator[InboxRow]:
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
        album=None if arrival.album is None else storable(arrival.album),
    )


def _accept(connection: Connection, row: InboxRow) -> InboxRow | None:
    values = {column.name: getattr(row, column.name) for column in COLUMNS if column.name != "id"}
    row_id = connection.execute(ACCEPT, values | {"state": row.state.value}).scalar_one_or_none()
    return None if row_id is None else replace(row, id=row_id)


def _start(connection: Connection, *, row: int, joined: Sequence[int], taken: Mapping[int, str | None]) -> InboxRow:
    wanted = set(joined)
    if wanted and connection.execute(HEAD, {"row": row}).scalar_one_or_none() is None:
        joins = connection.execute(JOIN, {"row": row, "joined": list(wanted)})
        if joins.rowcount != len(wanted):
            raise StorageMissing("joined inbox row")
    for pieces, message in taken.items():
        _deliver(connection, row=row, pieces=pieces, message=message)
    for started in _stored(connection, START, row=row):
        if started.id == row:
            return started
    raise StorageMissing("inbox row")


def _deliver(connection: Connection, *, row: int, pieces: int, message: str | None) -> None:
    _changed(connection, DELIVERED, row, pieces=pieces)
    if message is not None:
        keep_sent(connection, row, pieces, message)


def _finish(connection: Connection, *, row: int, message: str | None) -> None:
    delivered = {changed.id: changed.delivered for changed in _changed(connection, FINISH, row)}
    if message is not None:
        keep_sent(connection, row, delivered[row] + 1, message)


def _recover(connection: Connection, *, noted: Noted) -> tuple[int, list[int]]:
    """How many answers are doubtful, and the unfinished rows of which it is known how far they came."""
    for receipt in noted.receipts:
        with suppress(StorageMissing):  # it is known, or the row has been given up
            if receipt.last:
                _finish(connection, row=receipt.row, message=receipt.message)
            else:
                _deliver(connection, row=receipt.row, pieces=receipt.pieces, message=receipt.message)
    unfinished = connection.execute(AMONG, {"rows": list(noted.doubts)}).scalars()
    return int(connection.execute(DOUBTFUL).scalar_one()), list(unfinished)


def _changed(
    connection: Connection, statement: ReturningUpdate[*tuple[Any, ...]], row: int, **values: Any
) -> Sequence[Row[Any]]:
    """What the rows that were changed return. Raises StorageMissing when there were none."""
    changed = connection.execute(statement, {"row": row, **values}).all()
    if not changed:
        raise StorageMissing("inbox row")
    return changed


def _page(connection: Connection, *, where: ColumnElement[bool] | TextClause, after: int, limit: int) -> list[InboxRow]:
    wanted = select(*COLUMNS).where(where, INBOX.c.id > after).order_by(INBOX.c.id).limit(limit)
    return _stored(connection, wanted)


def _stored(connection: Connection, statement: Executable, **values: Any) -> list[InboxRow]:
    rows = connection.execute(statement, values).mappings()
    return [InboxRow(**{**row, "state": InboxState(row["state"])}) for row in rows]


def _sweep(connection: Connection, *, before: datetime) -> int:
    old = select(INBOX.c.id).where(DONE, INBOX.c.accepted_at < before).limit(_SWEEP)
    return connection.execute(delete(INBOX).where(INBOX.c.id.in_(old))).rowcount
