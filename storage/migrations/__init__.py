"""The way of any database to the newest schema. Alembic, which is large, is loaded where an old one has a way to go."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection

from storage.tables import METADATA

__all__ = ["NEWEST", "upgrade"]

NEWEST = "0003"  # of the revisions in `versions`
_STAMP = """CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)"""  # as Alembic makes it

_log = structlog.get_logger()


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest revision within the connection's transaction.

    Raises StorageTooNew when the database has a revision this version does not know, StorageBroken when rows
    would be left that refer to nothing.
    """
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()
    if not names:
        _make(connection)
    elif "alembic_version" not in names or _stamped(connection) != [NEWEST]:
        from storage.migrations.history import migrate

        migrate(connection)


def _make(connection: Connection) -> None:
    connection.exec_driver_sql(_STAMP)
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (NEWEST,))
    METADATA.create_all(connection, checkfirst=False)
    _log.info("storage.migrated", found=None, now=NEWEST)


def _stamped(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
