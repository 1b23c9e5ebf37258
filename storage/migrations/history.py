"""The schema's history, and the way from any of its stages to a later one."""

from __future__ import annotations

import threading
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import StorageBroken, StorageTooNew

__all__ = ["migrate", "revisions"]

_log = structlog.get_logger()
_one_at_a_time = threading.Lock()  # Alembic's environment is global to the process


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    folder = str(Path(__file__).parent).replace("%", "%%")  # the option is interpolated
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    return config


def revisions() -> list[str]:
    """Every revision, oldest first."""
    scripts = ScriptDirectory.from_config(_config())
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def migrate(connection: Connection, to: str | None = None) -> None:
    """Bring the schema to revision ``to`` (the newest by default) within the connection's transaction.

    Raises StorageTooNew when the database has a revision this version does not know, StorageBroken when rows
    would be left that refer to nothing.
    """
    with _one_at_a_time:
        known = revisions()
        target = to or known[-1]
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in known:
            raise StorageTooNew(found)
        if found == target:
            return
        command.upgrade(_config(connection), target)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StorageBroken("dangling reference")
    _log.info("storage.migrated", found=found, now=target)
