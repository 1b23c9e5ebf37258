"""All that the emulator knows, handed to its parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.emulator.chats import Chat, Chats
from tests.emulator.connections import Connections
from tests.emulator.files import Files
from tests.emulator.messages import BotMessage, Key
from tests.emulator.presses import Presses
from tests.emulator.sent import Sent, version
from tests.emulator.threads import thread_fields
from tests.emulator.updates import UpdateQueue
from tests.emulator.webhooks import Webhook

__all__ = ["BOT", "World"]

BOT: dict[str, Any] = {"id": 987654321, "is_bot": True, "first_name": "Parley", "username": "parley_test_bot"}


@dataclass
class World:
    """``keep`` bounds the messages remembered of each chat, and with them files and calls; without it, all stay."""

    token: str = "987654321:emulated-token-of-no-value"
    keep: int | None = None
    me: dict[str, Any] = field(default_factory=lambda: dict(BOT))

    def __post_init__(self) -> None:
        self.chats = Chats(self.keep)
        self.files = Files(self.keep)
        self.sent = Sent(self.keep)
        self.updates = UpdateQueue(keep=self.keep)
        self.presses = Presses()
        self.webhook = Webhook(self.updates)
        self.connections = Connections()

    def write(
        self, chat: Chat, fields: dict[str, Any], *, topic: int | None = None, reply_to: int | None = None
    ) -> dict[str, Any]:
        """Put a message into the chat, in its thread. Raises KeyError when there is nothing to answer."""
        replied = chat.messages[reply_to] if reply_to is not None else None
        return self.chats.write(chat, thread_fields(chat, topic, replied) | fields)

    async def speak(self, chat: Chat, method: str, message: dict[str, Any], data: bytes | None = None) -> None:
        """Note what the bot sent."""
        await self.sent.add(BotMessage(chat.key, method, message, [version(message)], data))

    def said(self, key: Key, message_id: int) -> BotMessage | None:
        return self.sent.find(key, message_id)
