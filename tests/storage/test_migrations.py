"""Every older database is brought to the schema a new one is made with; a newer one is refused."""

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

from storage.assembly import open_storage
from storage.database import Database
from storage.errors import StorageBroken, StorageTooNew
from storage.migrations import NEWEST
from storage.migrations.history import migrate, revisions
from storage.ports import LoggedPart
from storage.tables import METADATA
from tests.storage.makers import turn, url

ROOT = Path(__file__).parents[2]
EMPTY = "empty"


def at(revision: str, path: Path) -> None:
    """Make a database as the Parley of that revision left it."""
    engine = create_engine(f"sqlite:///{path}")
    if revision != EMPTY:
        with engine.begin() as connection:
            migrate(connection, revision)
    engine.dispose()


def schema(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Tables by their columns and references, indexes by their text: what a comparison of metadata leaves out.

    Columns are in no order: those that came later are the last of an older database.
    """
    found: set[tuple[str, ...]] = set()
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
        if kind == "index":
            found.add((kind, name, " ".join(sql.split())))
        elif not name.startswith("sqlite_"):
            found.add((kind, name, str("AUTOINCREMENT" in sql), str("WITHOUT ROWID" in sql)))
            for pragma in ("table_info", "foreign_key_list"):
                found.update(
                    (pragma, name, *map(str, row[1:])) for row in connection.execute(f"PRAGMA {pragma}({name})")
                )
            for index, unique, origin in connection.execute(
                'SELECT name, "unique", origin FROM pragma_index_list(?)', (name,)
            ).fetchall():
                columns = connection.execute("SELECT name FROM pragma_index_info(?)", (index,))
                found.add(("index_list", name, str(unique), origin, *(column for (column,) in columns)))
    return found


@pytest.mark.parametrize("revision", revisions())
async def test_every_older_database_gets_the_schema_that_a_new_one_has(revision: str, tmp_path: Path) -> None:
    at(revision, tmp_path / "parley.db")
    database = await Database.open(url(tmp_path))

    def difference(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), METADATA))

    assert await database.read(difference) == []
    await database.close()

    await (await Database.open(url(tmp_path / "new"))).close()
    with (
        closing(sqlite3.connect(tmp_path / "new" / "parley.db")) as made,
        closing(sqlite3.connect(tmp_path / "parley.db")) as migrated,
    ):
        assert schema(migrated) == schema(made)
        stamp = "SELECT version_num FROM alembic_version"
        assert migrated.execute(stamp).fetchall() == made.execute(stamp).fetchall() == [(revisions()[-1],)]


LOADED = """
import asyncio, sys
from storage.assembly import open_storage
from storage.database import Database

async def main():
    for _ in range(2):
        await (await Database.open(sys.argv[1])).close()
    print("loaded", *sorted({"alembic", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql"} & set(sys.modules)))

asyncio.run(main())
"""


@pytest.mark.parametrize(("revision", "migrated"), [(EMPTY, False), (NEWEST, False), (revisions()[0], True)])
def test_what_takes_much_memory_is_loaded_where_an_old_database_is_brought_up_alone(
    revision: str, migrated: bool, tmp_path: Path
) -> None:
    at(revision, tmp_path / "parley.db")
    command = [sys.executable, "-c", LOADED, url(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    _, *loaded = done.stdout.splitlines()[-1].split()
    assert ("alembic" in loaded) if migrated else not loaded


OLD_TURN = """
INSERT INTO inbox (id, channel, chat, key, payload, state, attempts, delivered, accepted_at)
VALUES (1, 'telegram', '7', 'k', '{}', 'running', 1, 0, '2026-01-01 00:00:00.000000');
INSERT INTO conversations (id, channel, chat, started_at, last_turn)
VALUES (1, 'telegram', '7', '2026-01-01 00:00:00.000000', 1);
INSERT INTO turns (id, conversation_id, inbox_id, sender_id, sender, locale, received_at, answered_at)
VALUES (1, 1, 1, 'u1', 'Ada', 'en', '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000');
INSERT INTO parts (turn_id, position, kind, text, quoted) VALUES (1, 0, 'text', 'hi', 0);
INSERT INTO replies (turn_id, text, language, rests_on, guarded) VALUES (1, 'hello', 'en', '[]', 0);
"""


@pytest.mark.parametrize("revision", revisions())
async def test_what_an_older_parley_kept_is_read_and_worked_on(revision: str, tmp_path: Path) -> None:
    at(revision, tmp_path / "parley.db")
    with closing(sqlite3.connect(tmp_path / "parley.db")) as connection:
        connection.executescript(OLD_TURN)
    async with open_storage(url(tmp_path), tmp_path / "media") as kept:
        (row,) = [row async for row in kept.inbox.unfinished()]
        assert (row.head, row.album, row.preview) == (None, None, None)
        await kept.inbox.start(row.id)
        (logged,) = await kept.conversations.latest("telegram", "7", limit=9)
        assert (logged.crowd, logged.sent, logged.ratings) == (False, (), ())
        assert (logged.replaces, logged.replaced_by) == (None, None)
        assert logged.parts == (LoggedPart("text", "hi"),)
        heard = await kept.conversations.hear("telegram", "7", turn("and?"), remembered=9)
        assert [side.text for side in heard.history] == ["hi", "hello"]
        await kept.inbox.done(row.id, "5")
        found = await kept.conversations.of_message("telegram", "7", "5")
        assert found is not None
        assert found.id == logged.id


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
