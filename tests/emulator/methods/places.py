"""Where a call goes: chat, business connection, topic, and the message it answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from aiogram.types import ReplyParameters
from pydantic import BaseModel

from tests.emulator.calls import Refused
from tests.emulator.chats import Chat
from tests.emulator.world import World

__all__ = ["dumped", "place_of", "replied", "sender_of", "topic_of"]


def place_of(world: World, call: Any) -> Chat:
    """The chat a call writes to. Raises Refused when the bot may not."""
    if call.business_connection_id is None:
        return world.chats.reachable(call.chat_id)
    connection = world.connections.replying(call.business_connection_id)
    chat = world.chats.find((connection.id, call.chat_id))
    if chat is None or time.monotonic() - connection.heard.get(chat.id, float("-inf")) > connection.window:
        raise Refused(400, "Bad Request: BUSINESS_PEER_INVALID")
    return chat


def sender_of(world: World, call: Any) -> dict[str, Any]:
    """The fields that name who a message of the bot is from: on behalf of a business, its owner."""
    if call.business_connection_id is None:
        return {"from": world.me}
    connection = world.connections.get(call.business_connection_id)
    return {"from": connection.owner, "sender_business_bot": world.me, "business_connection_id": connection.id}


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
