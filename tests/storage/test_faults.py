"""Errors of SQLite as ours: what may pass is tried again, what is broken is not."""

from __future__ import annotations

import sqlite3

import pytest

from storage.errors import StorageBroken, StorageBusy, StorageError, StorageFull
from storage.faults import translated


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFull),  # a quota that is used up
        (sqlite3.SQLITE_IOERR_SHMSIZE, StorageFull),  # no room for the shared memory of the write-ahead log
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StorageBusy),
        (sqlite3.SQLITE_IOERR_READ, StorageBroken),
        (sqlite3.SQLITE_CORRUPT, StorageBroken),
        (sqlite3.SQLITE_NOMEM, StorageError),
    ],
)
def test_a_result_code_of_sqlite_becomes_the_error_that_says_what_to_do(code: int, kind: type[StorageError]) -> None:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode, error.sqlite_errorname = code, "SQLITE_NAME"
    with pytest.raises(StorageError) as raised, translated():
        raise error
    assert type(raised.value) is kind
    assert str(raised.value) == "SQLITE_NAME"
