"""Storage as a whole, of every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.values import Utterance
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
from tests.storage.makers import Clock, answered, turn, url


@dataclass(frozen=True)
class Stored:
    conversations: Conversations
    inbox: Inbox
    media: MediaStore
    people: People
    preferences: Preferences
    usage: Usage
    clock: Clock

    async def say(self, chat: str, text: str, reply: str | None = None, **facts: str) -> int:
        """A turn heard and, with ``reply``, answered, a minute after the one before; ``chat`` as in telegram/7."""
        self.clock.move(minutes=1)
        said = turn(text, sender=facts.get("sender"))
        kept = await self.conversations.hear(*chat.split("/"), said, sender_id="u1")  # type: ignore[misc]
        if reply is not None:
            await self.conversations.answer(kept.turn, answered(reply))
        return kept.turn

    async def history(self, chat: str, limit: int) -> list[Utterance]:
        """What the next turn of the chat would be handed of the past."""
        heard = await self.conversations.hear(*chat.split("/"), turn("now"), remembered=limit)  # type: ignore[misc]
        return list(heard.history)


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
