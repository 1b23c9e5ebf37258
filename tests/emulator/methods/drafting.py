"""Previews of answers, and what the bot is seen doing meanwhile."""

from __future__ import annotations

import time

from aiogram import methods as api

from tests.emulator.calls import Refused
from tests.emulator.methods.handlers import Handlers
from tests.emulator.methods.places import dumped, place_of, topic_of
from tests.emulator.rules import check_text
from tests.emulator.sent import Draft
from tests.emulator.world import World

__all__ = ["Drafting"]

_ACTIONS = {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
            "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"}  # fmt: skip


class Drafting:
    def __init__(self, world: World) -> None:
        self._world = world
        self.handlers: Handlers = {
            api.SendChatAction: self._send_chat_action,
            api.SendMessageDraft: self._send_message_draft,
        }

    async def _send_chat_action(self, call: api.SendChatAction) -> bool:
        chat = place_of(self._world, call)
        if call.action not in _ACTIONS:
            raise Refused(400, "Bad Request: wrong parameter action in request", violation=True)
        topic_of(chat, call.message_thread_id)
        self._world.sent.act(chat.key, call.action)
        return True

    async def _send_message_draft(self, call: api.SendMessageDraft) -> bool:
        chat = self._world.chats.reachable(call.chat_id)
        if chat.kind != "private":
            raise Refused(400, "Bad Request: drafts can be sent only to private chats", violation=True)
        if call.draft_id == 0:
            raise Refused(400, "Bad Request: draft_id must be non-zero", violation=True)
        text = check_text(call.text or "", call.entities, call.parse_mode, empty=True)
        topic = topic_of(chat, call.message_thread_id)
        draft = Draft(chat.id, call.draft_id, text, dumped(call.entities), topic, time.monotonic())
        self._world.sent.draft(chat.id, draft)
        return True
