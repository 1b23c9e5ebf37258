"""Whom something was forwarded from, by the name that Telegram shows."""

from __future__ import annotations

from telegram import (
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

__all__ = ["name_of"]


def name_of(origin: MessageOrigin | None) -> str | None:
    """An untrusted name; None where nothing was forwarded, or nobody is named."""
    match origin:
        case MessageOriginUser():
            return origin.sender_user.full_name
        case MessageOriginHiddenUser():
            return origin.sender_user_name
        case MessageOriginChat():
            return origin.sender_chat.title or origin.sender_chat.full_name
        case MessageOriginChannel():
            return origin.chat.title
    return None
