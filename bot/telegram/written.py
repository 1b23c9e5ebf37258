"""What is written in a message: its text or caption, and what is marked in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
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

    def without_mentions_of(self, me: User) -> str:
        """The text without what calls us, wherever that stands, and without the gap it would leave."""
        mentions = sorted((e.offset, e.offset + e.length) for e in self.entities if self._is_mention(e, me))
        begins = [0, *(2 * end for _, end in mentions)]
        ends = [*(2 * start for start, _ in mentions), None]
        return reduce(_closed, map(self._units, begins, ends))

    def _is_mention(self, entity: MessageEntity, me: User) -> bool:
        if entity.type == MessageEntity.MENTION:
            return self.marked(entity).lower() == f"@{me.username}".lower()
        return entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id

    def _units(self, start: int, end: int | None) -> str:
        """Offsets are in UTF-16 units (https://core.telegram.org/bots/api#messageentity), two bytes each."""
        return self.text.encode("utf-16-le", "surrogatepass")[start:end].decode("utf-16-le", "replace")


def _closed(before: str, behind: str) -> str:
    """What stood before a mention and behind it, which reads as if there had been none."""
    bare = before.rstrip(" \t")
    if not bare or bare.endswith("\n"):
        return bare + behind.lstrip(" \t,:，：、" if bare else " \t\n,:，：、")
    return before + behind if behind[:1].isalnum() else bare + behind
