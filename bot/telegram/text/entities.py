"""A message as Telegram takes it: text, and entities that tell where it is bold, a link or code."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import MessageEntity

__all__ = ["MOST_ENTITIES", "Entity", "Page"]

MOST_ENTITIES = 100  # a message; Telegram drops further ones


@dataclass(frozen=True, slots=True)
class Entity:
    """``offset`` and ``length`` are in UTF-16 units; ``type`` is named as in the Bot API.

    ``url`` belongs to ``text_link`` alone and ``language`` to ``pre``.
    """

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    def to_telegram(self) -> MessageEntity:
        return MessageEntity(self.type, self.offset, self.length, url=self.url, language=self.language)


@dataclass(frozen=True, slots=True)
class Page:
    """One message, never blank, within Telegram's limits."""

    text: str
    entities: tuple[Entity, ...] = ()

    def telegram_entities(self) -> list[MessageEntity]:
        return [entity.to_telegram() for entity in self.entities]
