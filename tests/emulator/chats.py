"""Chats and what stands in them."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.emulator.calls import Refused

__all__ = ["BotMessage", "Chats", "Posted"]


@dataclass(frozen=True, slots=True)
class Posted:
    """What a person sent, and the update that tells the bot of it."""

    update_id: int
    chat: int
    message: dict[str, Any]

    @property
    def message_id(self) -> int:
        return int(self.message["message_id"])


@dataclass(slots=True)
class BotMessage:
    """What the bot sent. ``text`` is the text or caption now, ``texts`` all it has been; ``data`` an uploaded file."""

    chat: int
    message_id: int
    method: str
    message: dict[str, Any]
    texts: list[str]
    at: float
    data: bytes | None = None

    @property
    def text(self) -> str:
        return self.texts[-1]

    @property
    def reply_to(self) -> int | None:
        replied = self.message.get("reply_to_message")
        return replied["message_id"] if replied else None


@dataclass(slots=True)
class _Chat:
    entry: dict[str, Any]
    blocked: bool = False
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)


class Chats:
    def __init__(self) -> None:
        self._chats: dict[int, _Chat] = {}
        self._numbers = count(1)
        self._sent: defaultdict[int, list[BotMessage]] = defaultdict(list)
        self._seen: defaultdict[int, int] = defaultdict(int)
        self._changed = asyncio.Condition()
        self.actions: list[tuple[int, str, float]] = []
        self.drafts: list[tuple[int, int, str]] = []
        self.reactions: list[tuple[int, int, list[str]]] = []

    def open(self, entry: dict[str, Any]) -> None:
        self._chats.setdefault(entry["id"], _Chat(entry))

    def block(self, chat: int, blocked: bool) -> None:
        self._chats[chat].blocked = blocked

    def reachable(self, chat: int | str) -> int:
        """The chat, if the bot may write there. Raises Refused."""
        known = self._chats.get(chat) if isinstance(chat, int) else None
        if known is None:
            raise Refused(400, "Bad Request: chat not found")
        if known.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return int(known.entry["id"])

    def message(self, chat: int, message_id: int) -> dict[str, Any] | None:
        return self._chats[chat].messages.get(message_id)

    def write(self, chat: int, sender: dict[str, Any], content: dict[str, Any], reply_to: int | None) -> dict[str, Any]:
        """Put a message into the chat, as Telegram writes it. A quoted message stands in it one level deep."""
        message = {
            "message_id": next(self._numbers),
            "date": int(time.time()),
            "chat": self._chats[chat].entry,
            "from": sender,
            **content,
        }
        if reply_to is not None:
            quoted = dict(self._chats[chat].messages[reply_to])
            quoted.pop("reply_to_message", None)
            message["reply_to_message"] = quoted
        self._chats[chat].messages[message["message_id"]] = message
        return message

    def note_action(self, chat: int, action: str) -> None:
        self.actions.append((chat, action, time.monotonic()))

    async def record(self, method: str, message: dict[str, Any], data: bytes | None = None) -> None:
        text = message.get("text", message.get("caption", ""))
        chat = message["chat"]["id"]
        sent = BotMessage(chat, message["message_id"], method, message, [text], time.monotonic(), data)
        async with self._changed:
            self._sent[chat].append(sent)
            self._changed.notify_all()

    def edit(self, chat: int, message_id: int, text: str) -> dict[str, Any]:
        sent = next((sent for sent in self._sent[chat] if sent.message_id == message_id), None)
        if sent is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if sent.text == text:
            raise Refused(400, "Bad Request: message is not modified")
        sent.texts.append(text)
        sent.message |= {"text": text, "edit_date": int(time.time())}
        return sent.message

    def sent(self, chat: int) -> list[BotMessage]:
        return list(self._sent[chat])

    async def next_message(self, chat: int, within: float) -> BotMessage:
        """The first message of the bot that this has not yet returned; waits ``within`` seconds."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: len(self._sent[chat]) > self._seen[chat])
            self._seen[chat] += 1
            return self._sent[chat][self._seen[chat] - 1]
