"""Storage as a whole: the database and the media folder opened together, its ports ready to use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.clock import Clock, utc_now
from storage.conversations import SqlConversations
from storage.database import Database, Synchronous
from storage.inbox import SqlInbox
from storage.media import FileMediaStore
from storage.people import SqlPeople
from storage.ports import Conversations, Inbox, MediaStore, People, Preferences, Usage
from storage.preferences import SqlPreferences
from storage.receipts import Receipts
from storage.usage import SqlUsage

__all__ = ["Storage", "open_storage"]


@dataclass(frozen=True, slots=True)
class Storage:
    """The ports of one installation."""

    conversations: Conversations
    inbox: Inbox
    media: MediaStore
    people: People
    preferences: Preferences
    usage: Usage
    writable: Callable[[], Awaitable[None]]  # raises StorageError while nothing can be written


@asynccontextmanager
async def open_storage(
    url: str, media: Path, *, synchronous: Synchronous = "normal", create: bool = True, clock: Clock = utc_now
) -> AsyncIterator[Storage]:
    """Storage for as long as the context lasts; on leaving it, everything submitted is committed first.

    Arguments and errors are those of :meth:`storage.database.Database.open`. With ``create=False`` neither the
    database nor the media folder is made.
    """
    database = await Database.open(url, synchronous=synchronous, create=create)
    receipts = Receipts.beside(database.file)
    try:
        files = await FileMediaStore.open(media) if create else FileMediaStore(media)
        yield Storage(
            conversations=SqlConversations(database, files, clock=clock),
            inbox=SqlInbox(database, receipts, clock=clock),
            media=files,
            people=SqlPeople(database, clock=clock),
            preferences=SqlPreferences(database),
            usage=SqlUsage(database),
            writable=database.writable,
        )
    finally:
        await database.close()
        receipts.close()
