"""Calls that only ask: who the bot is, what there is to read, and where."""

from __future__ import annotations

from typing import Any

from aiogram import methods as api

from tests.emulator import members
from tests.emulator.calls import Refused
from tests.emulator.methods.handlers import Handlers
from tests.emulator.world import World

__all__ = ["Asking"]

_UNABLE = ("supports_inline_queries", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics")


class Asking:
    def __init__(self, world: World) -> None:
        self._world = world
        self.handlers: Handlers = {
            api.GetMe: self._get_me,
            api.GetFile: self._get_file,
            api.GetChat: self._get_chat,
            api.GetChatAdministrators: self._get_chat_administrators,
            api.GetChatMember: self._get_chat_member,
            api.LeaveChat: self._leave_chat,
            api.GetBusinessConnection: self._get_business_connection,
            api.ReadBusinessMessage: self._read_business_message,
        }

    async def _get_me(self, call: api.GetMe) -> dict[str, Any]:
        able = {"can_join_groups": True, "can_read_all_group_messages": False, "can_connect_to_business": True}
        return {**self._world.me, **able, **dict.fromkeys(_UNABLE, False)}

    async def _get_file(self, call: api.GetFile) -> dict[str, Any]:
        file = self._world.files.locate(call.file_id)
        return file.entry(file_path=file.path)

    async def _get_chat(self, call: api.GetChat) -> dict[str, Any]:
        chat = self._world.chats.reachable(call.chat_id)
        gifts = dict.fromkeys(("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription",
                               "gifts_from_channels"), False)  # fmt: skip
        return {**chat.entry, "accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": gifts}

    async def _get_chat_administrators(self, call: api.GetChatAdministrators) -> list[dict[str, Any]]:
        """Without other bots, of which the emulator has none."""
        chat = self._world.chats.reachable(call.chat_id)
        if chat.kind == "private":
            raise Refused(400, "Bad Request: there are no administrators in the private chat")
        return [*chat.administrators.values(), *([members.administrator(self._world.me)] * chat.administrator)]

    async def _get_chat_member(self, call: api.GetChatMember) -> dict[str, Any]:
        """Of plain members only administrators are told for sure, so a bot that is none is not."""
        chat = self._world.chats.reachable(call.chat_id)
        if call.user_id == self._world.me["id"]:
            return (members.administrator if chat.administrator else members.member)(self._world.me)
        if call.user_id in chat.administrators:
            return chat.administrators[call.user_id]
        if chat.kind != "private" and not chat.administrator:
            raise Refused(400, "Bad Request: member list is inaccessible")
        known = [m["from"] for m in chat.messages.values() if m.get("from", {}).get("id") == call.user_id]
        if not known:
            raise Refused(400, "Bad Request: user not found")
        return members.member(known[-1])

    async def _leave_chat(self, call: api.LeaveChat) -> bool:
        self._world.chats.reachable(call.chat_id).present = False
        return True

    async def _get_business_connection(self, call: api.GetBusinessConnection) -> dict[str, Any]:
        return self._world.connections.get(call.business_connection_id).shown()

    async def _read_business_message(self, call: api.ReadBusinessMessage) -> bool:
        connection = self._world.connections.get(call.business_connection_id)
        if not connection.rights.get("can_read_messages"):
            raise Refused(400, "Bad Request: BUSINESS_CONNECTION_NOT_ALLOWED")
        chat = self._world.chats.find((connection.id, call.chat_id))
        if chat is None or call.message_id not in chat.messages:
            raise Refused(400, "Bad Request: message not found")
        return True
