"""Where a conversation takes place on Telegram, as the text the rest of the house knows a chat by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import index
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from telegram import Message

__all__ = ["CHANNEL", "Address"]

CHANNEL = "telegram"


@dataclass(frozen=True, slots=True)
class Address:
    """A chat, a topic of a forum, or a chat that a business account has with somebody, which we answer for it.

    As text: ``7``, ``-100200`` (a group), ``-100200:33`` (its topic 33), ``7@connection``.
    """

    chat: int
    topic: int | None = None
    business: str | None = None

    def __str__(self) -> str:
        topic = "" if self.topic is None else f":{self.topic}"
        business = "" if self.business is None else f"@{self.business}"
        return f"{self.chat}{topic}{business}"

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises ValueError where it is none."""
        place, _, business = text.partition("@")
        chat, _, topic = place.partition(":")
        return cls(int(chat), int(topic) if topic else None, business or None)

    @classmethod
    def of_message(cls, message: Message) -> Self:
        """Replies of a group without topics carry a thread as well, which is no conversation of its own.

        Raises TypeError where an id is no number.
        """
        topic = message.message_thread_id if message.is_topic_message else None
        return cls(index(message.chat.id), None if topic is None else index(topic), message.business_connection_id)

    @property
    def without_topic(self) -> Self:
        return replace(self, topic=None)

    @property
    def is_group(self) -> bool:
        return self.chat < 0

    def message_key(self, message: int) -> str:
        """What tells a message from all others: ids count up in a chat whatever its topics, and never begin anew, as
        those of updates do after a week without any.
        """
        return f"{self.without_topic}/{index(message)}"
