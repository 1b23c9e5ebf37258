"""What people used of their allowances, in the database; ``ports/usage.py`` says what each operation means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, bindparam, delete, select, tuple_
from sqlalchemy.dialects.sqlite import insert

from storage.columns import finite
from storage.database import Database
from storage.tables import USAGE

__all__ = ["SqlUsage"]

_SWEEP = 1000
_ITS_KEY = (USAGE.c.holder, USAGE.c.kind, USAGE.c.inbox_id)
# Made once: making a statement costs more than SQLite needs to carry it out.
_ENTRIES = select(USAGE.c.kind, USAGE.c.amount, USAGE.c.inbox_id).where(
    USAGE.c.day == bindparam("day"), USAGE.c.holder == bindparam("holder")
)
_USE = insert(USAGE).on_conflict_do_nothing()
_OLD = select(*_ITS_KEY).where(USAGE.c.day < bindparam("before")).limit(_SWEEP)
_EXPIRE = delete(USAGE).where(tuple_(*_ITS_KEY).in_(_OLD))


class SqlUsage:
    """Fills ``storage.ports.Usage``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def used(self, holder: str, day: date, *, besides: int | None = None) -> Mapping[str, float]:
        def unit(connection: Connection) -> Mapping[str, float]:
            total: dict[str, float] = {}
            for kind, amount, row in connection.execute(_ENTRIES, {"holder": holder, "day": day}):
                if row != besides:
                    total[kind] = total.get(kind, 0.0) + amount
            return total

        return await self._database.read(unit)

    async def use(self, holder: str, day: date, kind: str, amount: float, *, row: int) -> None:
        entry = {"holder": holder, "day": day, "kind": kind, "amount": finite(amount), "inbox_id": row}
        await self._database.write(lambda connection: connection.execute(_USE, entry))

    async def expire(self, before: date) -> int:
        def sweep(connection: Connection) -> int:
            return connection.execute(_EXPIRE, {"before": before}).rowcount

        total = 0
        while swept := await self._database.write(sweep):  # in pieces, so that intake never waits for a long deletion
            total += swept
        return total
