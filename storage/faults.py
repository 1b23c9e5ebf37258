"""The edge where the errors of SQLAlchemy, SQLite and the file system become ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.errors import (
    StorageBroken,
    StorageBusy,
    StorageConflict,
    StorageError,
    StorageFull,
)

__all__ = ["files_translated", "translated"]

# Primary result codes, https://www.sqlite.org/rescode.html
_BY_CODE: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_CONSTRAINT: StorageConflict,
    sqlite3.SQLITE_MISMATCH: StorageConflict,
    sqlite3.SQLITE_CORRUPT: StorageBroken,
    sqlite3.SQLITE_NOTADB: StorageBroken,
    sqlite3.SQLITE_READONLY: StorageBroken,
    sqlite3.SQLITE_CANTOPEN: StorageBroken,
    sqlite3.SQLITE_PERM: StorageBroken,
    sqlite3.SQLITE_IOERR: StorageBroken,
}
# By these SQLite tells of a quota that is used up, or of no room for its shared memory. Extended codes, same page.
_NO_ROOM = {sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _typed(error: BaseException | None) -> StorageError:
    code = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    return _kind(code)(str(name)) if isinstance(code, int) else StorageError(str(name))


def _kind(code: int) -> type[StorageError]:
    return StorageFull if code in _NO_ROOM else _BY_CODE.get(code & 0xFF, StorageError)


@contextmanager
def translated() -> Iterator[None]:
    """Raise errors of the database as ``StorageError``; whatever else is raised inside passes."""
    try:
        yield
    except DBAPIError as error:
        raise _typed(error.orig) from error
    except SQLAlchemyError as error:
        raise StorageError(type(error).__name__) from error
    except sqlite3.Error as error:
        raise _typed(error) from error


@contextmanager
def files_translated() -> Iterator[None]:
    """Raise errors of the file system as ``StorageError``, without the file's name."""
    try:
        yield
    except OSError as error:
        kind = StorageFull if error.errno in _FULL else StorageBroken
        raise kind(errno.errorcode.get(error.errno or 0, "OSError")) from error
