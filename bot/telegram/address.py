"""Where a conversation takes place on Telegram, as the text the rest of the house knows a chat by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

__all__ = ["Address"]


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

    @property
    def is_group(self) -> bool:
        return self.chat < 0
