"""Who was let in and kept out, in the database; the port in ``ports/people.py`` says what each operation means."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, or_, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert

from storage.clock import Clock, utc_now
from storage.columns import storable
from storage.database import Database
from storage.ports import Invite, Known, Standing
from storage.tables import INVITES, PEOPLE

__all__ = ["SqlPeople", "hash_of"]

_PAGE = 200
_PERSON = (PEOPLE.c.channel == bindparam("of_channel"), PEOPLE.c.id == bindparam("of_person"))
_KNOWN = (PEOPLE.c.channel, PEOPLE.c.id, PEOPLE.c.standing, PEOPLE.c.name, PEOPLE.c.by, PEOPLE.c.at)
_INVITE = (INVITES.c.id, INVITES.c.label, INVITES.c.left, INVITES.c.expires_at, INVITES.c.by)
# Made once: making a statement costs more than SQLite needs to carry it out.
_FIND = select(*_KNOWN).where(*_PERSON)
_KEEP = insert(PEOPLE)
_DECIDE = _KEEP.on_conflict_do_update(
    index_elements=["channel", "id"],
    set_={name: _KEEP.excluded[name] for name in ("standing", "name", "by", "at")},
)
_FORGET = delete(PEOPLE).where(*_PERSON)
_ALL = (
    select(*_KNOWN)
    .where(tuple_(PEOPLE.c.channel, PEOPLE.c.id) > tuple_(bindparam("after_channel"), bindparam("after_person")))
    .order_by(PEOPLE.c.channel, PEOPLE.c.id)
    .limit(_PAGE)
)
_NEW_INVITE = insert(INVITES).returning(INVITES.c.id)
_GOOD = (INVITES.c.left > 0, INVITES.c.expires_at > bindparam("now"))
_CLEAR_AWAY = delete(INVITES).where(or_(INVITES.c.left <= 0, INVITES.c.expires_at <= bindparam("now")))
_INVITES = select(*_INVITE).where(*_GOOD, INVITES.c.id > bindparam("after")).order_by(INVITES.c.id).limit(_PAGE)
_REVOKE = delete(INVITES).where(INVITES.c.id == bindparam("invite"))
_USE = (
    update(INVITES)
    .where(INVITES.c.code == bindparam("of_code"), *_GOOD)
    .values(left=INVITES.c.left - 1)
    .returning(*_INVITE)
)


class SqlPeople:
    """Fills ``storage.ports.People``."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def of(self, channel: str, person: str) -> Known | None:
        return await self._database.read(lambda connection: _found(connection, channel, person))

    async def decide(self, known: Known) -> None:
        await self._database.write(lambda connection: _decide(connection, known))

    async def forget(self, channel: str, person: str) -> bool:
        asked = {"of_channel": channel, "of_person": person}
        return bool(await self._database.write(lambda connection: connection.execute(_FORGET, asked).rowcount))

    async def all(self) -> AsyncIterator[Known]:
        channel, person = "", ""
        while page := await self._page(_ALL, after_channel=channel, after_person=person):
            for row in page:
                yield _known(row)
            channel, person = page[-1].channel, page[-1].id

    async def invite(self, code: str, invite: Invite) -> Invite:
        values = asdict(invite) | {"code": hash_of(code)}
        del values["id"]

        def unit(connection: Connection) -> int:
            connection.execute(_CLEAR_AWAY, {"now": self._clock()})
            made: int = connection.execute(_NEW_INVITE, values).scalar_one()
            return made

        return replace(invite, id=await self._database.write(unit))

    async def invites(self) -> AsyncIterator[Invite]:
        after = 0
        while page := await self._page(_INVITES, after=after, now=self._clock()):
            for row in page:
                yield Invite(row.id, row.label, row.left, row.expires_at, row.by)
            after = page[-1].id

    async def revoke(self, invite: int) -> bool:
        return bool(
            await self._database.write(lambda connection: connection.execute(_REVOKE, {"invite": invite}).rowcount)
        )

    async def redeem(self, code: str, person: Known) -> Invite | None:
        now = self._clock()
        return await self._database.write(lambda connection: _redeem(connection, hash_of(code), person, now))

    async def _page(self, statement: Any, **asked: Any) -> list[Row[Any]]:
        return await self._database.read(lambda connection: list(connection.execute(statement, asked).all()))


def hash_of(code: str) -> str:
    """Lower-case hex sha256 of an invite's code in UTF-8, so that who reads the database lets nobody in."""
    return hashlib.sha256(storable(code).encode()).hexdigest()


def _found(connection: Connection, channel: str, person: str) -> Known | None:
    row = connection.execute(_FIND, {"of_channel": channel, "of_person": person}).one_or_none()
    return None if row is None else _known(row)


def _known(row: Row[*tuple[Any, ...]]) -> Known:
    return Known(row.channel, row.id, Standing(row.standing), row.name, row.by, row.at)


def _decide(connection: Connection, known: Known) -> None:
    connection.execute(_DECIDE, asdict(known) | {"standing": known.standing.value})


def _redeem(connection: Connection, code: str, person: Known, now: datetime) -> Invite | None:
    if _found(connection, person.channel, person.id) is not None:
        return None
    used = connection.execute(_USE, {"of_code": code, "now": now}).one_or_none()
    if used is None:
        return None
    _decide(connection, replace(person, standing=Standing.ADMITTED))
    return Invite(*used)
