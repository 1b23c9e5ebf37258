"""Bot commands in a text or caption."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Self

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.telegram.written import Written

__all__ = ["Command"]


@dataclass(frozen=True, slots=True)
class Command:
    """``/name@addressee arguments``; ``addressee`` is blank where no bot is named."""

    name: str
    addressee: str
    arguments: str

    @classmethod
    def of(cls, message: Message, written: Written) -> Self | None:
        """The command that a message begins with. What is forwarded, or said to a business account, commands nobody."""
        first = written.entities[0] if written.entities else None
        if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset != 0:
            return None
        name, _, addressee = written.marked(first)[1:].lower().partition("@")
        if not name or message.forward_origin is not None or message.business_connection_id is not None:
            return None
        return cls(name, addressee, written.after(first).strip())

    def is_for_another(self, me: User) -> bool:
        return bool(self.addressee) and self.addressee != (me.username or "").lower()

    def is_ours(self, message: Message, me: User, known: Container[str]) -> bool:
        """In a group, one without an addressee may be another bot's, so only those that we have count there."""
        if self.addressee:
            return not self.is_for_another(me)
        return message.chat.type == ChatType.PRIVATE or self.name in known
