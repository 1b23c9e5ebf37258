"""Telegram's rules about a message, checked apart from the code that keeps them.

From "Formatting options" in https://core.telegram.org/bots/api and from tdlib, which Telegram's own Bot API server is
built on: td/telegram/MessageEntity.cpp (``fix_formatted_text``) and LinkManager.cpp (``check_link``).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations
from urllib.parse import urlsplit

from telegram.constants import MessageEntityType

from bot.telegram.text import Entity, Page

__all__ = ["broken"]

_STYLES = {"bold", "italic", "strikethrough"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_CODE = {"pre", "code"}
_REPLACED = re.compile("[\x00-\x08\x0b-\x1f\u2028-\u202e]")
_TYPES = _STYLES | _QUOTES | _CODE | {"text_link"}


def broken(page: Page, limit: int = 4096) -> list[str]:
    """What Telegram would refuse, cut or drop; empty if nothing."""
    units = page.text.encode("utf-16-le")  # raises on lone surrogates
    indents = {entity.offset for entity in page.entities if entity.type == "pre"}
    return [
        *_broken_text(page, len(units) // 2, limit),
        *(rule for entity in page.entities for rule in _broken_entity(entity, units, indents)),
        *(rule for one, other in combinations(page.entities, 2) for rule in _broken_pair(one, other)),
    ]


def _broken_text(page: Page, length: int, limit: int) -> list[str]:
    indented = any(entity.type == "pre" and entity.offset == 0 for entity in page.entities)
    rules = {
        "too long": length > limit,
        "blank": all(unicodedata.category(character)[0] in "ZC" for character in page.text),
        "white space at the end": page.text != page.text.rstrip(),
        "white space at the beginning": page.text != page.text.lstrip() and (not indented or page.text[0] not in " \t"),
        "characters that Telegram replaces": bool(_REPLACED.search(page.text)),
        "too many entities": len(page.entities) > 100,
        "entities not in order": sorted(page.entities, key=lambda each: each.offset) != list(page.entities),
    }
    return [rule for rule, is_broken in rules.items() if is_broken]


def _broken_entity(entity: Entity, units: bytes, indents: set[int]) -> list[str]:
    end = entity.offset + entity.length
    if entity.offset < 0 or entity.length <= 0 or 2 * end > len(units):
        return [f"outside of the text: {entity}"]
    if _inside_pair(units, entity.offset) or _inside_pair(units, end):
        return [f"half a character: {entity}"]
    covered = units[2 * entity.offset : 2 * end].decode("utf-16-le")
    rules = {
        "unknown type": entity.type not in _TYPES or entity.type not in set(MessageEntityType),
        "blank": not covered.strip(),
        "ends in white space": covered != covered.rstrip(),
        "begins with white space": covered != covered.lstrip()
        and not (entity.offset in indents and covered[0] in " \t" and entity.type in _QUOTES | {"pre"}),
        "wrong address": (entity.url is not None) != (entity.type == "text_link"),
        "address that Telegram refuses": entity.url is not None and not _is_taken(entity.url),
        "wrong language": entity.language is not None and entity.type != "pre",
    }
    return [f"{rule}: {entity}" for rule, is_broken in rules.items() if is_broken]


def _inside_pair(units: bytes, at: int) -> bool:
    return 0xDC <= (units[2 * at + 1] if 2 * at < len(units) else 0) <= 0xDF


def _is_taken(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "tg" or (parts.scheme in {"http", "https"} and "." in (parts.hostname or ""))


def _broken_pair(one: Entity, other: Entity) -> list[str]:
    start, end = max(one.offset, other.offset), min(one.offset + one.length, other.offset + other.length)
    if start >= end:
        return []
    types = {one.type, other.type}
    rules = {
        "overlapping": end - start < min(one.length, other.length),
        "the same style twice": one.type == other.type,
        "quotation in a quotation": types <= _QUOTES,
        "code with another style": bool(types & _CODE) and not types & _QUOTES,
        "quotation inside a style": (one if one.length <= other.length else other).type in _QUOTES
        and one.length != other.length,
    }
    return [f"{rule}: {one}, {other}" for rule, is_broken in rules.items() if is_broken]
