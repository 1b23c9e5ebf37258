"""Telegram's rules about texts, which its machine-readable description leaves out."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import MessageEntity

from tests.emulator.calls import Refused

__all__ = ["check_text", "utf16_length"]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_MOST_ENTITIES = 100


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_text(
    text: str,
    entities: Sequence[MessageEntity] | None,
    parse_mode: object,
    *,
    limit: int = TEXT_LIMIT,
    empty: bool = False,
) -> str:
    """The text as the chat shows it. Raises Refused as Telegram would."""
    if isinstance(parse_mode, str):
        raise Refused(400, "Bad Request: the emulator parses no markup; send entities", violation=True)
    if not text.strip() and not empty:
        raise Refused(400, "Bad Request: message text is empty", violation=True)
    if utf16_length(text) > limit:
        raise Refused(400, "Bad Request: message is too long", violation=True)
    _check_entities(text, entities or ())
    return text if entities else text.strip()


def _check_entities(text: str, entities: Sequence[MessageEntity]) -> None:
    if len(entities) > _MOST_ENTITIES:
        raise Refused(400, "Bad Request: too many entities (Telegram would drop some)", violation=True)
    for entity in entities:
        inside = entity.offset >= 0 and entity.length > 0 and entity.offset + entity.length <= utf16_length(text)
        if not inside:
            raise Refused(400, "Bad Request: entity outside the text", violation=True)
