"""Storage as a whole, of every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.assembly import open_storage
from storage.memory import (
    MemoryConversations,
    MemoryInbox,
    MemoryMedia,
    MemoryPeople,
    MemoryPreferences,
    MemoryUsage,
)
from storage.ports import Conversations, Inbox, MediaStore, People, Preferences, Usage
from tests.storage.makers import Clock, url


@dataclass(frozen=True)
class Stored:
    conversations: Conversations
    inbox: Inbox
    media: MediaStore
    people: People
    preferences: Preferences
    usage: Usage
    clock: Clock


@pytest.fixture(params=["sql", "memory"])
async def stored(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stored]:
    clock = Clock()
    if request.param == "memory":
        inbox, preferences, media = MemoryInbox(clock=clock), MemoryPreferences(), MemoryMedia()
        conversations = MemoryConversations(media, inbox=inbox, preferences=preferences, clock=clock)
        yield Stored(conversations, inbox, media, MemoryPeople(clock=clock), preferences, MemoryUsage(), clock)
        return
    async with open_storage(url(tmp_path), tmp_path / "media", clock=clock) as kept:
        yield Stored(kept.conversations, kept.inbox, kept.media, kept.people, kept.preferences, kept.usage, clock)
