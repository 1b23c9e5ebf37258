"""Telegram's rules about texts, which its machine-readable description leaves out."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import MessageEntity

from tests.emulator.calls import Refused
from tests.emulator.entities import check_entities

__all__ = ["CAPTION_LIMIT", "TEXT_LIMIT", "check_text", "utf16_length"]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


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
        what = "message" if limit == TEXT_LIMIT else "message caption"
        raise Refused(400, f"Bad Request: {what} is too long", violation=True)
    check_entities(text, entities or ())
    return text if entities else text.strip()
