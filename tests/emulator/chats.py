"""Chats and the messages in them, whoever wrote them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.emulator.calls import Refused
from tests.emulator.messages import Key

__all__ = ["Chat", "Chats"]

_NUMBERED_APART = {"supergroup", "channel"}  # elsewhere message ids run through all of the account's chats


@dataclass(slots=True)
class Chat:
    """``privacy``: the bot hears only what is meant for it. ``present``: the bot is a member."""

    key: Key
    entry: dict[str, Any]
    numbers: count[int]
    privacy: bool = False
    administrator: bool = False  # the bot is one
    administrators: dict[int, dict[str, Any]] = field(default_factory=dict)  # people, by their ids, as chat members
    present: bool = True
    blocked: bool = False
    moved_to: int | None = None
    last_bot: int | None = None
    topics: dict[int, bool] = field(default_factory=dict)  # each topic's thread id, and whether it is open
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    reactions: dict[tuple[int, int], list[str]] = field(default_factory=dict)  # by message and person

    @property
    def id(self) -> int:
        return int(self.entry["id"])

    @property
    def kind(self) -> str:
        return str(self.entry["type"])

    @property
    def forum(self) -> bool:
        return bool(self.entry.get("is_forum"))


class Chats:
    def __init__(self, keep: int | None = None) -> None:
        self._keep = keep
        self._chats: dict[Key, Chat] = {}
        self._accounts: dict[str | None, count[int]] = {}

    def open(self, entry: dict[str, Any], business: str | None = None, **facts: Any) -> Chat:
        """The chat of that id, made at its first mention."""
        key: Key = entry["id"] if business is None else (business, entry["id"])
        if key not in self._chats:
            numbers = count(1) if entry["type"] in _NUMBERED_APART else self._accounts.setdefault(business, count(1))
            self._chats[key] = Chat(key, entry, numbers, **facts)
        return self._chats[key]

    def at(self, key: Key) -> Chat:
        return self._chats[key]

    def of(self, business: str) -> list[Chat]:
        """The chats of a business connection."""
        return [chat for key, chat in self._chats.items() if isinstance(key, tuple) and key[0] == business]

    def find(self, key: Key) -> Chat | None:
        return self._chats.get(key)

    def reachable(self, chat: int | str) -> Chat:
        """The chat, if the bot may write there. Raises Refused."""
        known = self._chats.get(chat) if isinstance(chat, int) else None
        if known is None:
            raise Refused(400, "Bad Request: chat not found")
        if known.moved_to is not None:
            moved = {"migrate_to_chat_id": known.moved_to}
            raise Refused(400, "Bad Request: group chat was upgraded to a supergroup chat", parameters=moved)
        if known.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not known.present:
            raise Refused(403, f"Forbidden: bot was kicked from the {known.kind} chat")
        return known

    def write(self, chat: Chat, fields: dict[str, Any]) -> dict[str, Any]:
        """Put a message into the chat, as Telegram writes it."""
        message = {"message_id": next(chat.numbers), "date": int(time.time()), "chat": chat.entry, **fields}
        chat.messages[message["message_id"]] = message
        sender = fields.get("from", {})
        if sender.get("is_bot") and "sender_chat" not in fields:
            chat.last_bot = sender["id"]
        if self._keep is not None and len(chat.messages) > self._keep:
            del chat.messages[next(iter(chat.messages))]
        return message
