"""What stands in chats: posts of people, and messages of the bot with everything they have been."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["BotMessage", "Key", "Posted", "Version"]

# a chat; the chats of a business connection are apart from the bot's own with the same people
Key = int | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Posted:
    """What a person sent, and the update that tells the bot of it: 0 when Telegram keeps it from the bot."""

    update_id: int
    chat: int
    message: dict[str, Any]

    @property
    def message_id(self) -> int:
        return int(self.message["message_id"])

    @property
    def told(self) -> bool:
        return self.update_id != 0


@dataclass(frozen=True, slots=True)
class Version:
    """What a message of the bot was from ``at`` on (monotonic seconds)."""

    text: str
    entities: list[dict[str, Any]]
    markup: dict[str, Any] | None
    at: float


@dataclass(slots=True)
class BotMessage:
    """What the bot sent. ``message`` is Telegram's own now, ``versions`` all it has been; ``data`` an uploaded file."""

    key: Key
    method: str
    message: dict[str, Any]
    versions: list[Version]
    data: bytes | None = None
    deleted_at: float | None = None

    @property
    def chat(self) -> int:
        return int(self.message["chat"]["id"])

    @property
    def message_id(self) -> int:
        return int(self.message["message_id"])

    @property
    def at(self) -> float:
        """When it was sent, in monotonic seconds."""
        return self.versions[0].at

    @property
    def text(self) -> str:
        """The text or caption now."""
        return self.versions[-1].text

    @property
    def texts(self) -> list[str]:
        """All the text has been, in order."""
        texts = [version.text for version in self.versions]
        return [text for before, text in zip([None, *texts], texts, strict=False) if text != before]

    @property
    def entities(self) -> list[dict[str, Any]]:
        return self.versions[-1].entities

    @property
    def reply_to(self) -> int | None:
        """What it answers; a message of a topic answers the topic's creation in name only."""
        replied = self.message.get("reply_to_message")
        return replied["message_id"] if replied and "forum_topic_created" not in replied else None

    @property
    def topic(self) -> int | None:
        return self.message.get("message_thread_id") if self.message.get("is_topic_message") else None

    @property
    def business(self) -> str | None:
        return self.message.get("business_connection_id")

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons under it, row after row, as Telegram's InlineKeyboardButton."""
        markup = self.message.get("reply_markup") or {}
        return [button for row in markup.get("inline_keyboard", ()) for button in row]
