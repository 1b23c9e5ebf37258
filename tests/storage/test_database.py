"""The database under load and under faults: other processes' locks, a full disk, a killed writer."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.database import Database
from storage.errors import (
    StorageBroken,
    StorageBusy,
    StorageClosed,
    StorageConflict,
    StorageError,
    StorageFull,
)
from tests.storage.makers import url

ROOT = Path(__file__).parents[2]
INSERT = text("INSERT INTO media (key, size, kept_at) VALUES (:key, :size, '2026-01-01 00:00:00.000000')")


def put(connection: Connection, key: str, size: int = 1) -> str:
    connection.execute(INSERT, {"key": key, "size": size})
    return key


def keys(connection: Connection) -> list[str]:
    return [row.key for row in connection.execute(text("SELECT key FROM media ORDER BY rowid"))]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(url(tmp_path), patience=0.6)
    yield database
    await database.close()


async def test_what_is_written_is_read_and_a_reader_cannot_write(database: Database) -> None:
    assert await database.write(lambda c: put(c, "a")) == "a"
    assert await database.read(keys) == ["a"]
    with pytest.raises(StorageBroken):
        await database.read(lambda c: put(c, "b"))


async def test_a_failing_unit_does_not_spoil_its_neighbours(database: Database) -> None:
    def clumsy(connection: Connection) -> None:
        put(connection, "half")
        raise ZeroDivisionError

    units = [lambda c: put(c, "a"), clumsy, lambda c: put(c, "b"), lambda c: put(c, "b"), lambda c: put(c, "c")]
    results = await asyncio.gather(*(database.write(unit) for unit in units), return_exceptions=True)
    assert [type(result) for result in results] == [str, ZeroDivisionError, str, StorageConflict, str]
    assert await database.read(keys) == ["a", "b", "c"]


async def test_a_transaction_that_sqlite_gave_up_is_done_again_one_by_one(database: Database) -> None:
    def given_up(connection: Connection) -> None:
        put(connection, "lost")
        connection.exec_driver_sql("ROLLBACK")
        raise ZeroDivisionError

    writes = [database.write(lambda c: put(c, "a")), database.write(given_up), database.write(lambda c: put(c, "b"))]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(result) for result in results] == [str, ZeroDivisionError, str]
    assert await database.read(keys) == ["a", "b"]


async def test_units_waiting_together_share_a_commit(database: Database) -> None:
    def commits(connection: Connection) -> int:
        put(connection, str(random.random()))
        return int(connection.exec_driver_sql("SELECT count(*) FROM media").scalar_one())

    with closing(sqlite3.connect(file_of(database))) as other:
        version = other.execute("PRAGMA data_version").fetchone()[0]
        counts = await asyncio.gather(*(database.write(commits) for _ in range(200)))
        moves = other.execute("PRAGMA data_version").fetchone()[0] - version
    assert counts == list(range(1, 201))
    assert 0 < moves <= 3


def file_of(database: Database) -> str:
    return str(database._writing.url.database)


async def test_eight_producers_keep_their_order(database: Database) -> None:
    async def produce(name: int) -> None:
        for n in range(100):
            await database.write(lambda c, n=n: put(c, f"{name}-{n:03}"))

    await asyncio.gather(*(produce(name) for name in range(8)))
    kept = await database.read(keys)
    assert len(kept) == 800
    for name in range(8):
        own = [key for key in kept if key.startswith(f"{name}-")]
        assert own == sorted(own)


async def test_a_full_queue_makes_callers_wait_and_closing_finishes_them_all(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path))
    writes = [asyncio.create_task(database.write(lambda c, n=n: put(c, str(n)))) for n in range(3000)]
    await asyncio.sleep(0)
    assert database._writer._queue.full()
    await database.close()
    assert [await write for write in writes] == [str(n) for n in range(3000)]
    with pytest.raises(StorageClosed):
        await database.write(keys)
    with pytest.raises(StorageClosed):
        await database.read(keys)
    await database.close()


async def test_what_was_submitted_is_done_though_its_caller_left(database: Database) -> None:
    write = asyncio.create_task(database.write(lambda c: put(c, "a")))
    failing = asyncio.create_task(database.write(lambda c: 1 // 0))
    await asyncio.sleep(0)
    write.cancel()
    failing.cancel()
    await asyncio.wait([write, failing])
    await database.write(lambda c: put(c, "b"))
    assert await database.read(keys) == ["a", "b"]


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""


async def test_a_lock_of_another_process_is_waited_for_then_said_and_got_over(database: Database) -> None:
    command = [sys.executable, "-c", HOLD, file_of(database)]
    holder = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdin
    assert holder.stdout
    await holder.stdout.readline()
    began = time.monotonic()
    writes = [database.write(lambda c, n=n: put(c, str(n))) for n in range(3)]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert time.monotonic() - began < 5
    assert [type(result) for result in results] == [StorageBusy] * 3
    assert all(result.retryable for result in results if isinstance(result, StorageBusy))
    assert await database.read(keys) == []
    patient = asyncio.create_task(database.write(lambda c: put(c, "patient")))
    await asyncio.sleep(0.1)
    await holder.communicate(b"\n")
    assert await patient == "patient"
    assert await database.read(keys) == ["patient"]


async def test_a_full_disk_is_said_and_what_fits_is_kept(database: Database) -> None:
    await database.write(lambda c: put(c, "before"))

    def limit(connection: Connection, more: int) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + more}")

    def big(connection: Connection) -> None:
        put(connection, "x" * 200_000)

    await database.write(lambda c: limit(c, 8))
    results = await asyncio.gather(
        database.write(lambda c: put(c, "a")),
        database.write(big),
        database.write(lambda c: put(c, "b")),
        return_exceptions=True,
    )
    assert results[0] == "a"
    assert isinstance(results[1], StorageFull)
    assert results[1].retryable
    assert results[2] == "b"
    await database.write(lambda c: limit(c, 1000))
    await database.write(big)
    assert await database.read(keys) == ["before", "a", "b", "x" * 200_000]


async def test_damage_found_later_is_said_to_be_broken(tmp_path: Path) -> None:
    database = await Database.open(url(tmp_path))
    await database.write(lambda c: [put(c, f"{n:04}" + "x" * 500) for n in range(500)])
    await database.close()
    path = tmp_path / "parley.db"
    content = bytearray(path.read_bytes())
    content[120_000:] = random.Random(1).randbytes(len(content) - 120_000)
    path.write_bytes(content)
    database = await Database.open(url(tmp_path))
    with pytest.raises(StorageError) as caught:
        await database.read(keys)
    assert type(caught.value) is StorageBroken
    assert not caught.value.retryable
    await database.close()


WRITE = """
import asyncio, sys
from storage.database import Database
from storage.inbox import SqlInbox
from storage.ports import Arrival

async def produce(inbox, name, start):
    n = start
    while True:
        await inbox.accept([Arrival("t", name, f"{name}-{n}", "x" * 200)])
        print(f"kept {name}-{n}", flush=True)
        n += 1

async def main():
    inbox = SqlInbox(await Database.open(sys.argv[1]))
    await asyncio.gather(*(produce(inbox, f"p{p}", int(sys.argv[2])) for p in range(4)))

asyncio.run(main())
"""


async def acknowledged_until_killed(folder: Path, start: int, seconds: float) -> set[str]:
    command = [sys.executable, "-c", WRITE, url(folder), str(start)]
    writer = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    assert writer.stdout
    while not (first := await writer.stdout.readline()).startswith(b"kept "):
        assert first, "the writer died by itself"
    await asyncio.sleep(seconds)
    writer.kill()
    rest = await writer.stdout.read()
    await writer.wait()
    lines = [first, *rest.splitlines(keepends=True)]
    return {line.decode().split()[1] for line in lines if line.endswith(b"\n")}


async def test_everything_acknowledged_outlives_kill_9(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    chance = random.Random(7)
    for trial in range(5):
        acknowledged |= await acknowledged_until_killed(tmp_path, trial * 1_000_000, chance.uniform(0.0, 0.25))
        database = await Database.open(url(tmp_path))
        kept = await database.read(lambda c: set(c.execute(text("SELECT key FROM inbox")).scalars()))
        await database.close()
        assert acknowledged <= kept
    assert len(acknowledged) > 50
