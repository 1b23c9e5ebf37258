"""The database: connections, pragmas, readers and the one writer."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import StorageClosed, StorageMissing, StorageUnsupported
from storage.faults import files_translated, translated
from storage.migrations import upgrade
from storage.patience import Patience
from storage.writer import Unit, Writer

__all__ = ["Database", "Synchronous"]

T = TypeVar("T")
Synchronous = Literal["normal", "full"]
_READERS = 4
_READ_CACHE = 8_000  # KiB a reader: room for the inner pages of every index over a million turns


def _url(text: str) -> tuple[URL, Path]:
    """The URL for the synchronous driver, and the database's file."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StorageUnsupported("not a database URL; use sqlite:///path/to/file") from error
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        raise StorageUnsupported("only SQLite files are supported; use sqlite:///path/to/file")
    return url.set(drivername="sqlite+pysqlite"), Path(name)


def _make_file(path: Path) -> None:
    """An empty database that only its owner may read; SQLite gives its companion files the same mode."""
    with files_translated():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _engine(url: URL, begin: str, size: int, pragmas: dict[str, str | int]) -> Engine:
    """An engine whose transactions start with ``begin``.

    https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#sqlite-transactions tells why the driver's own transactions
    have to be switched off.
    """
    engine = create_engine(url, pool_size=size, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name}={value}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        cast(sqlite3.Connection, connection.connection.dbapi_connection).execute(begin)

    return engine


class Database:
    """One SQLite file in WAL mode: many readers, one writer. Made by :meth:`open`, bound to the running loop.

    Work is handed in as units: callables over a ``Connection`` inside a transaction. They run in threads, so the
    event loop never waits for the disk.
    """

    def __init__(self, url: URL, synchronous: Synchronous, patience: Patience) -> None:
        pragmas: dict[str, str | int] = {
            "busy_timeout": patience.busy_timeout,
            "journal_mode": "WAL",
            "synchronous": synchronous.upper(),
            "foreign_keys": "ON",
        }
        self.file = Path(url.database or "")
        self._patience = patience
        self._writing = _engine(url, "BEGIN IMMEDIATE", 1, pragmas)
        reading = pragmas | {"query_only": "ON", "cache_size": -_READ_CACHE}
        self._reading = _engine(url, "BEGIN", _READERS, reading)
        self._readers = ThreadPoolExecutor(_READERS, "parley-read")
        self._writer = Writer(self._writing, patience)
        self._closed = False

    @classmethod
    async def open(
        cls, url: str, *, synchronous: Synchronous = "normal", patience: float = 4.0, create: bool = True
    ) -> Database:
        """Open the database, brought to the newest schema.

        ``synchronous``: ``normal`` survives a killed process, ``full`` also a power cut. ``patience``: seconds to wait
        for a lock somebody else holds. ``create=False`` raises StorageMissing when there is no file yet. Raises
        StorageTooNew, StorageUnsupported, StorageBusy, StorageFull or StorageBroken.
        """
        parsed, path = _url(url)
        waiting = Patience(patience)
        await asyncio.to_thread(_prepare, parsed, path, waiting, create)
        return cls(parsed, synchronous, waiting)

    async def write(self, unit: Unit[T]) -> T:
        """Run the unit in the writer and return its value once it is committed; see :class:`storage.writer.Writer`."""
        return await self._writer.submit(unit)

    async def read(self, unit: Unit[T]) -> T:
        """Run the unit on one consistent snapshot. It cannot write."""
        if self._closed:
            raise StorageClosed("closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, unit)

    async def writable(self) -> None:
        """Raises StorageError while nothing can be written."""
        await self.write(lambda connection: connection.exec_driver_sql("DELETE FROM alembic_version WHERE 0"))

    async def close(self) -> None:
        """Finish what was submitted, then let go of the file. May be called twice."""
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        await asyncio.to_thread(self._dispose)

    def _read(self, unit: Unit[T]) -> T:
        return self._patience.retrying(lambda: self._snapshot(unit))

    def _snapshot(self, unit: Unit[T]) -> T:
        with translated(), self._reading.connect() as connection, connection.begin():
            return unit(connection)

    def _dispose(self) -> None:
        self._readers.shutdown()
        self._reading.dispose()
        self._writing.dispose()  # last and able to write: closing it folds the WAL back into the file


def _prepare(url: URL, path: Path, patience: Patience, create: bool) -> None:
    if create:
        _make_file(path)
    elif not path.exists():
        raise StorageMissing("no database")
    pragmas: dict[str, str | int] = {
        "busy_timeout": patience.busy_timeout,
        "journal_mode": "WAL",
        "foreign_keys": "OFF",
    }
    engine = _engine(url, "BEGIN IMMEDIATE", 1, pragmas)
    try:
        patience.retrying(lambda: _migrate(engine))
    finally:
        engine.dispose()


def _migrate(engine: Engine) -> None:
    """In one exclusive transaction: a second process that starts meanwhile waits, then finds nothing to do."""
    with translated(), engine.connect() as connection, connection.begin():
        upgrade(connection)
