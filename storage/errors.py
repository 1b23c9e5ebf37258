"""The errors of storage. The libraries' own are translated in ``faults.py``; no message carries what anybody said."""

from __future__ import annotations

from agents.errors import ParleyError

__all__ = [
    "StorageBroken",
    "StorageBusy",
    "StorageClosed",
    "StorageConflict",
    "StorageError",
    "StorageFull",
    "StorageMissing",
    "StorageTooNew",
    "StorageUnsupported",
]


class StorageError(ParleyError):
    """Root of what storage raises; itself only for what none of the others says."""

    code = "storage-error"


class StorageBusy(StorageError):
    """Somebody else held the database for longer than we wait."""

    code = "storage-busy"
    retryable = True


class StorageFull(StorageError):
    """The disk, or our share of it, is full. Nothing half-written is left behind."""

    code = "storage-full"
    retryable = True


class StorageBroken(StorageError):
    """The database or the media folder is corrupt, is something else, or may not be used."""

    code = "storage-broken"


class StorageConflict(StorageError):
    """The change contradicts what is stored."""

    code = "storage-conflict"


class StorageMissing(StorageError):
    """There is no such row or file."""

    code = "storage-missing"


class StorageClosed(StorageError):
    """The database was closed before."""

    code = "storage-closed"


class StorageTooNew(StorageError):
    """The database was written by a newer Parley; ``revision`` is its schema."""

    code = "storage-too-new"

    def __init__(self, revision: str) -> None:
        super().__init__(f"schema {revision} is unknown to this version")
        self.revision = revision


class StorageUnsupported(StorageError):
    """A database URL that cannot be used. The message says what can."""

    code = "storage-unsupported"
