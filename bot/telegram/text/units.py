"""Telegram's unit of length: UTF-16 code units, of which characters beyond U+FFFF take two."""

from __future__ import annotations

__all__ = ["LIMIT", "reach", "utf16_length"]

LIMIT = 4096  # UTF-16 units a message; https://core.telegram.org/bots/api#sendmessage


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def reach(text: str, start: int, limit: int) -> int:
    """The furthest index that keeps ``text[start:index]`` within ``limit`` UTF-16 units."""
    window = text[start : start + limit]
    if not window.isascii() and max(window) > "\uffff":
        # half of a character at the end is left out
        window = window.encode("utf-16-le", "surrogatepass")[: 2 * limit].decode("utf-16-le", "ignore")
    return start + len(window)
