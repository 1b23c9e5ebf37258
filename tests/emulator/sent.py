"""What the bot did, in the order it did it, and waiting for it."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.messages import BotMessage, Key, Version

__all__ = ["Draft", "Reacted", "Sent", "version"]

_DRAFT_LIFE = 30.0  # seconds; https://core.telegram.org/bots/api#sendmessagedraft


@dataclass(frozen=True, slots=True)
class Draft:
    """A preview as it was shown at ``at`` (monotonic seconds)."""

    chat: int
    draft_id: int
    text: str
    entities: list[dict[str, Any]]
    topic: int | None
    at: float


@dataclass(frozen=True, slots=True)
class Reacted:
    """What the bot's reaction to a message became."""

    chat: int
    message_id: int
    emoji: list[str]
    at: float


@dataclass(slots=True)
class _Shown:
    messages: deque[BotMessage]
    returned: int = 0
    added: int = 0
    actions: list[tuple[str, float]] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    spoke_at: float = float("-inf")


class Sent:
    """``keep`` bounds what is remembered of each chat; without it, all is."""

    def __init__(self, keep: int | None = None) -> None:
        self._keep = keep
        self._chats: defaultdict[Key, _Shown] = defaultdict(lambda: _Shown(deque(maxlen=keep)))
        self._changed = asyncio.Condition()
        self.reactions: deque[Reacted] = deque(maxlen=keep)

    async def add(self, sent: BotMessage) -> None:
        shown = self._chats[sent.key]
        async with self._changed:
            shown.messages.append(sent)
            shown.added += 1
            shown.spoke_at = sent.at
            self._changed.notify_all()

    def act(self, key: Key, action: str) -> None:
        self._remember(self._chats[key].actions, (action, time.monotonic()))

    def draft(self, chat: int, draft: Draft) -> None:
        self._remember(self._chats[chat].drafts, draft)

    def messages(self, key: Key) -> list[BotMessage]:
        return list(self._chats[key].messages)

    def everywhere(self) -> list[BotMessage]:
        """All chats' messages, in the order they were sent."""
        return sorted((m for shown in self._chats.values() for m in shown.messages), key=lambda m: m.at)

    def actions(self, key: Key) -> list[tuple[str, float]]:
        return list(self._chats[key].actions)

    def drafts(self, chat: int) -> list[Draft]:
        return list(self._chats[chat].drafts)

    def standing_draft(self, chat: int) -> Draft | None:
        """The preview seen now: it lasts 30 s, and a message that comes in between makes it vanish."""
        shown = self._chats[chat]
        last = shown.drafts[-1] if shown.drafts else None
        alive = last is not None and shown.spoke_at < last.at and time.monotonic() - last.at < _DRAFT_LIFE
        return last if alive else None

    def find(self, key: Key, message_id: int) -> BotMessage | None:
        messages = reversed(self._chats[key].messages)
        return next((m for m in messages if m.message_id == message_id and m.deleted_at is None), None)

    async def next_message(self, key: Key, within: float) -> BotMessage:
        """The first message of the bot that this has not yet returned; waits ``within`` seconds."""
        shown = self._chats[key]
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: shown.added > shown.returned)
            shown.returned = max(shown.returned, shown.added - len(shown.messages)) + 1
            return shown.messages[shown.returned - 1 - shown.added + len(shown.messages)]

    def _remember(self, kept: list[Any], one: Any) -> None:
        kept.append(one)
        if self._keep is not None:
            del kept[: -self._keep]


def version(message: dict[str, Any]) -> Version:
    """What the message is at this moment."""
    text = message.get("text", message.get("caption", ""))
    entities = message.get("entities", message.get("caption_entities", []))
    return Version(text, entities, message.get("reply_markup"), time.monotonic())
