"""Messages the bot sends."""

from __future__ import annotations

from typing import Any

from aiogram import methods as api

from tests.emulator.keyboards import check_keyboard
from tests.emulator.methods.handlers import Handlers
from tests.emulator.methods.places import dumped, place_of, replied, sender_of, topic_of
from tests.emulator.methods.uploads import UPLOADS, received
from tests.emulator.rules import CAPTION_LIMIT, check_text
from tests.emulator.world import World

__all__ = ["Sending"]


class Sending:
    def __init__(self, world: World) -> None:
        self._world = world
        self.handlers: Handlers = {api.SendMessage: self._send_message, **dict.fromkeys(UPLOADS, self._send_upload)}

    async def _send_message(self, call: api.SendMessage) -> dict[str, Any]:
        content: dict[str, Any] = {"text": check_text(call.text, call.entities, call.parse_mode)}
        if call.entities:
            content["entities"] = dumped(call.entities)
        return await self._put(call, content)

    async def _send_upload(self, call: Any) -> dict[str, Any]:
        content, data = received(self._world.files, call)
        text, entities = getattr(call, "caption", None), getattr(call, "caption_entities", None)
        mode = getattr(call, "parse_mode", None)
        caption = check_text(text or "", entities, mode, limit=CAPTION_LIMIT, empty=True)
        content |= {"caption": caption} if caption else {}
        content |= {"caption_entities": dumped(entities)} if entities else {}
        return await self._put(call, content, data)

    async def _put(self, call: Any, content: dict[str, Any], data: bytes | None = None) -> dict[str, Any]:
        chat = place_of(self._world, call)
        markup = check_keyboard(call.reply_markup)
        fields = {**sender_of(self._world, call), **content, **({"reply_markup": markup} if markup else {})}
        answered = replied(chat, call.reply_parameters)
        topic = topic_of(chat, call.message_thread_id)
        message = self._world.write(chat, fields, topic=topic, reply_to=answered)
        await self._world.speak(chat, call.__api_method__, message, data)
        return message
