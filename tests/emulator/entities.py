"""Telegram's rules about message entities, which its machine-readable description leaves out.

https://core.telegram.org/bots/api#messageentity and #formatting-options. Where Telegram would drop or mend an entity
in silence, this refuses: the bot meant something that nobody would see.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from aiogram.types import MessageEntity

from tests.emulator.calls import Refused

__all__ = ["check_entities"]

_MOST = 100
_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_CODE = {"pre", "code"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_LINKS = {"text_link", "text_mention", "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
          "custom_emoji", "date_time"}  # fmt: skip


def check_entities(text: str, entities: Sequence[MessageEntity]) -> None:
    """Raises Refused for entities that Telegram would refuse, drop, cut or move."""
    if len(entities) > _MOST:
        raise _refused("too many entities (Telegram would drop some)")
    if not entities:
        return
    borders = _borders(text)
    for entity in entities:
        _check_place(entity, borders)
        _check_kind(entity)
    for one, other in combinations(sorted(entities, key=lambda e: (e.offset, -e.length)), 2):
        if other.offset < one.offset + one.length:
            _check_nesting(one, other)


def _borders(text: str) -> dict[int, str]:
    """Each offset in UTF-16 units at which a character begins, with the character; and the end."""
    borders, at = {}, 0
    for character in text:
        borders[at] = character
        at += 2 if ord(character) > 0xFFFF else 1
    borders[at] = ""
    return borders


def _check_place(entity: MessageEntity, borders: dict[int, str]) -> None:
    end = entity.offset + entity.length
    if entity.offset < 0 or entity.length <= 0 or end > max(borders):
        raise _refused("entity outside the text")
    if entity.offset not in borders or end not in borders:
        raise _refused(f"entity beginning at UTF-16 offset {entity.offset} cuts a character (half a symbol)")
    inside = "".join(borders.get(at, "") for at in range(entity.offset, end))
    if not inside.strip():
        raise _refused(f"entity at UTF-16 offset {entity.offset} has nothing but white space")


def _check_kind(entity: MessageEntity) -> None:
    if entity.type not in _STYLES | _CODE | _QUOTES | _LINKS:
        raise _refused(f"unknown entity type {entity.type}")
    if entity.type == "text_link" and not entity.url:
        raise _refused("a text_link entity needs its url")
    if entity.type == "text_mention" and entity.user is None:
        raise _refused("a text_mention entity needs its user")
    if entity.language is not None and entity.type != "pre":
        raise _refused("only a pre entity has a language")


def _check_nesting(outer: MessageEntity, inner: MessageEntity) -> None:
    if inner.offset + inner.length > outer.offset + outer.length:
        raise _refused(f"entities {outer.type} and {inner.type} overlap in part")
    kinds = {outer.type, inner.type}
    if outer.type in _QUOTES and inner.type not in _QUOTES:
        return
    same_place = (outer.offset, outer.length) == (inner.offset, inner.length)
    if same_place and inner.type in _QUOTES and outer.type not in _QUOTES:
        return
    if kinds & _CODE or not kinds & _STYLES:
        raise _refused(f"entities {outer.type} and {inner.type} cannot be nested")


def _refused(reason: str) -> Refused:
    return Refused(400, f"Bad Request: {reason}", violation=True)
