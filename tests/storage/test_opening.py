"""Opening a database: what is made, and what is said of what cannot be opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from storage.database import Database
from storage.errors import (
    StorageBroken,
    StorageBusy,
    StorageMissing,
    StorageUnsupported,
)
from tests.storage.makers import url


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")


@pytest.mark.parametrize(("mode", "number"), [("normal", 1), ("full", 2)])
async def test_the_file_is_its_owners_alone_and_durable_as_asked(
    mode: Literal["normal", "full"], number: int, tmp_path: Path
) -> None:
    database = await Database.open(url(tmp_path), synchronous=mode)
    found = await database.write(lambda c: [c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS])
    assert found == ["wal", number, 1]
    assert modes(tmp_path) == {"parley.db": 0o600, "parley.db-wal": 0o600, "parley.db-shm": 0o600}
    await database.close()
    assert modes(tmp_path) == {"parley.db": 0o600}


async def test_opening_a_locked_database_is_bounded_too(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "parley.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageBusy):
            await Database.open(url(tmp_path), patience=0.3)
    await (await Database.open(url(tmp_path), patience=0.3)).close()


async def test_a_damaged_file_is_said_to_be_broken(tmp_path: Path) -> None:
    (tmp_path / "parley.db").write_bytes(b"no database at all " * 500)
    with pytest.raises(StorageBroken) as caught:
        await Database.open(url(tmp_path))
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("bad", ["", "postgresql+asyncpg://localhost/x", "sqlite://", "sqlite:///:memory:", "rubbish"])
async def test_urls_we_cannot_use_are_refused_with_what_we_can(bad: str) -> None:
    with pytest.raises(StorageUnsupported, match="sqlite"):
        await Database.open(bad)


async def test_a_database_only_to_be_read_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageMissing):
        await Database.open(url(tmp_path), create=False)
    assert modes(tmp_path) == {}


async def test_a_place_where_nothing_can_be_made_is_said_to_be_broken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageBroken):
        await Database.open(url(tmp_path / "file" / "data"))
