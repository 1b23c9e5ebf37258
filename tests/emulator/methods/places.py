"""Where a call goes: chat, business connection, topic, and the message it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aiogram.types import ReplyParameters
from pydantic import BaseModel

from tests.emulator.calls import Refused
from tests.emulator.chats import Chat
from tests.emulator.world import World

__all__ = ["dumped", "place_of", "replied", "topic_of"]


def place_of(world: World, call: Any) -> Chat:
    """The chat a call writes to. Raises Refused when the bot may not."""
    return world.chats.reachable(call.chat_id)


def topic_of(chat: Chat, thread: int | None) -> int | None:
    """The topic a call names, if any. Raises Refused for one that does not exist or is closed."""
    if thread is None:
        return None
    if thread not in chat.topics:
        raise Refused(400, "Bad Request: message thread not found")
    if not chat.topics[thread]:
        raise Refused(400, "Bad Request: TOPIC_CLOSED")
    return thread


def replied(chat: Chat, reply: ReplyParameters | None) -> int | None:
    """The message of this chat that is answered. Raises Refused when it is gone, or the quote is not in it."""
    if reply is None:
        return None
    if reply.chat_id not in {None, chat.id}:
        raise Refused(400, "Bad Request: the emulator answers only messages of the same chat", violation=True)
    message = chat.messages.get(reply.message_id or 0)
    if message is not None:
        if reply.quote and reply.quote not in message.get("text", message.get("caption", "")):
            raise Refused(400, "Bad Request: message has no such quote (QUOTE_TEXT_INVALID)", violation=True)
        return reply.message_id
    if reply.allow_sending_without_reply is True:
        return None
    raise Refused(400, "Bad Request: message to be replied not found")


def dumped(models: Sequence[BaseModel] | None) -> list[dict[str, Any]]:
    """As Telegram writes them into messages."""
    return [model.model_dump(exclude_none=True) for model in models or ()]
