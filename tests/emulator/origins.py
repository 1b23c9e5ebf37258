"""Where a forwarded message, or a message answered across chats, comes from: Telegram's four kinds of MessageOrigin."""

from __future__ import annotations

import time
from typing import Any

__all__ = ["from_channel", "from_chat", "from_hidden", "from_user"]


def from_user(name: str = "Grace", id: int = 4001, username: str | None = None) -> dict[str, Any]:
    """A person whose account is shown."""
    named = {"username": username} if username else {}
    user = {"id": id, "is_bot": False, "first_name": name, **named}
    return {"type": "user", "date": _yesterday(), "sender_user": user}


def from_hidden(name: str = "Someone") -> dict[str, Any]:
    """A person who lets only a name be shown."""
    return {"type": "hidden_user", "date": _yesterday(), "sender_user_name": name}


def from_chat(title: str = "Neighbours", id: int = -1004002, signature: str | None = None) -> dict[str, Any]:
    """A group in whose name an administrator spoke."""
    signed = {"author_signature": signature} if signature else {}
    chat = {"id": id, "type": "supergroup", "title": title}
    return {"type": "chat", "date": _yesterday(), "sender_chat": chat, **signed}


def from_channel(title: str = "News", id: int = -1004003, message_id: int = 17) -> dict[str, Any]:
    chat = {"id": id, "type": "channel", "title": title}
    return {"type": "channel", "date": _yesterday(), "chat": chat, "message_id": message_id}


def _yesterday() -> int:
    return int(time.time()) - 86_400
