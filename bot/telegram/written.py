"""What is written in a message: its text or caption, and what is marked in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from telegram import Message, MessageEntity, User

__all__ = ["Written"]


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    entities: tuple[MessageEntity, ...] = ()

    @classmethod
    def of(cls, message: Message) -> Self:
        if message.text:
            return cls(message.text, message.entities)
        return cls(message.caption or "", message.caption_entities)

    def marked(self, entity: MessageEntity) -> str:
        """As PTB's ``parse_entity``, which raises for an entity that cuts an emoji in two."""
        return self._units(2 * entity.offset, 2 * (entity.offset + entity.length))

    def after(self, entity: MessageEntity) -> str:
        return self._units(2 * (entity.offset + entity.length), None)

    def names(self, me: User) -> bool:
        """Whether we are mentioned in it, by our username or, as those without one are, by our id."""
        return any(self._is_mention(entity, me) for entity in self.entities)

    def without_leading_mention(self, me: User) -> str:
        mention = f"@{me.username}".lower()
        bare = self.text.lstrip()
        rest = bare[len(mention) :]
        if bare.lower().startswith(mention) and not (rest[:1].isalnum() or rest[:1] == "_"):
            return rest.lstrip(" ,:\n")
        return self.text

    def _is_mention(self, entity: MessageEntity, me: User) -> bool:
        if entity.type == MessageEntity.MENTION:
            return self.marked(entity).lower() == f"@{me.username}".lower()
        return entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id

    def _units(self, start: int, end: int | None) -> str:
        """Offsets are in UTF-16 units (https://core.telegram.org/bots/api#messageentity), two bytes each."""
        return self.text.encode("utf-16-le", "surrogatepass")[start:end].decode("utf-16-le", "replace")
