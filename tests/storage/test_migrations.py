"""Every older database is brought to the newest schema; a newer one is refused."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine

from storage.database import Database
from storage.errors import StorageBroken, StorageTooNew
from storage.migrations import revisions, upgrade
from storage.tables import Base
from tests.storage.makers import url

ROOT = Path(__file__).parents[2]
EMPTY = "empty"


def at(revision: str, path: Path) -> None:
    """Make a database as the Parley of that revision left it."""
    engine = create_engine(f"sqlite:///{path}")
    if revision != EMPTY:
        with engine.begin() as connection:
            upgrade(connection, revision)
    engine.dispose()


def schema(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Tables by their columns and references, indexes by their text: what a comparison of metadata leaves out."""
    found: set[tuple[str, ...]] = set()
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        if kind == "index":
            found.add((kind, name, " ".join(sql.split())))
        elif not name.startswith(("sqlite_", "alembic_")):
            found.add((kind, name, str("AUTOINCREMENT" in sql)))
            for pragma in ("table_info", "foreign_key_list"):
                found.update(
                    (pragma, name, *map(str, row[1:])) for row in connection.execute(f"PRAGMA {pragma}({name})")
                )
    return found


@pytest.mark.parametrize("revision", [EMPTY, *revisions()])
async def test_every_older_database_gets_the_newest_schema(revision: str, tmp_path: Path) -> None:
    at(revision, tmp_path / "parley.db")
    database = await Database.open(url(tmp_path))

    def difference(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    assert await database.read(difference) == []
    await database.close()

    engine = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    Base.metadata.create_all(engine)
    engine.dispose()
    with (
        closing(sqlite3.connect(tmp_path / "made.db")) as made,
        closing(sqlite3.connect(tmp_path / "parley.db")) as migrated,
    ):
        assert schema(migrated) == schema(made)


async def test_a_database_of_a_newer_parley_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    at(revisions()[-1], path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageTooNew) as caught:
        await Database.open(url(tmp_path))
    assert caught.value.revision == "9999"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


async def test_a_migration_that_leaves_references_to_nothing_is_undone(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (a REFERENCES a)")
        connection.execute("INSERT INTO b VALUES (5)")
    with pytest.raises(StorageBroken):
        await Database.open(url(tmp_path))
    with closing(sqlite3.connect(path)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert names == {"a", "b"}


OPEN = """
import asyncio, sys
from storage.database import Database

async def main():
    await (await Database.open(sys.argv[1])).close()

asyncio.run(main())
"""


async def test_two_processes_may_start_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, url(tmp_path)]
    starts = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(3)
    ]
    outputs = [(await start.communicate())[0].decode() for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0], outputs
    assert "".join(outputs).count("storage.migrated") == 1


async def test_a_path_with_special_characters_is_taken(tmp_path: Path) -> None:
    folder = tmp_path / "100% of ü & co"
    await (await Database.open(url(folder))).close()
    assert (folder / "parley.db").exists()
