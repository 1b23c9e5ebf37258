"""Messages the bot takes away."""

from __future__ import annotations

import time
from typing import Any

from aiogram import methods as api

from tests.emulator.calls import Refused
from tests.emulator.chats import Chat
from tests.emulator.methods.handlers import Handlers
from tests.emulator.world import World

__all__ = ["Deleting"]

_LONGEST = 48 * 3600  # seconds; https://core.telegram.org/bots/api#deletemessage
_MOST = 100


class Deleting:
    def __init__(self, world: World) -> None:
        self._world = world
        self.handlers: Handlers = {
            api.DeleteMessage: self._delete_message,
            api.DeleteMessages: self._delete_messages,
            api.DeleteBusinessMessages: self._delete_business_messages,
        }

    async def _delete_message(self, call: api.DeleteMessage) -> bool:
        chat = self._world.chats.reachable(call.chat_id)
        if call.message_id not in chat.messages:
            raise Refused(400, "Bad Request: message to delete not found")
        if not self._may_delete(chat, chat.messages[call.message_id]):
            raise Refused(400, "Bad Request: message can't be deleted")
        self._delete(chat, call.message_id)
        return True

    async def _delete_messages(self, call: api.DeleteMessages) -> bool:
        """Those that cannot be deleted stay, and nothing is said of it."""
        if not 1 <= len(call.message_ids) <= _MOST:
            raise Refused(400, "Bad Request: between 1 and 100 messages can be deleted at once", violation=True)
        chat = self._world.chats.reachable(call.chat_id)
        for number in call.message_ids:
            if number in chat.messages and self._may_delete(chat, chat.messages[number]):
                self._delete(chat, number)
        return True

    async def _delete_business_messages(self, call: api.DeleteBusinessMessages) -> bool:
        connection = self._world.connections.get(call.business_connection_id)
        if not (connection.rights.get("can_delete_sent_messages") or connection.rights.get("can_delete_all_messages")):
            raise Refused(400, "Bad Request: BUSINESS_CONNECTION_NOT_ALLOWED")
        chats = [chat for chat in self._world.chats.of(connection.id) if set(call.message_ids) & set(chat.messages)]
        if len(chats) != 1:
            raise Refused(400, "Bad Request: messages of one chat are deleted at once", violation=True)
        for number in set(call.message_ids) & set(chats[0].messages):
            self._delete(chats[0], number)
        return True

    def _may_delete(self, chat: Chat, message: dict[str, Any]) -> bool:
        if time.time() - message["date"] > _LONGEST:
            return False
        mine = message.get("from", {}).get("id") == self._world.me["id"]
        return mine or chat.kind == "private" or chat.administrator

    def _delete(self, chat: Chat, number: int) -> None:
        sent = self._world.said(chat.key, number)
        if sent is not None:
            sent.deleted_at = time.monotonic()
        del chat.messages[number]
