"""Changes of messages the bot sent."""

from __future__ import annotations

import time
from typing import Any

from aiogram import methods as api

from tests.emulator.calls import Refused
from tests.emulator.keyboards import check_keyboard
from tests.emulator.messages import BotMessage
from tests.emulator.methods.handlers import Handlers
from tests.emulator.methods.places import dumped, place_of
from tests.emulator.rules import CAPTION_LIMIT, check_text
from tests.emulator.sent import version
from tests.emulator.world import World

__all__ = ["Editing"]

_SAME = "message is not modified: specified new message content and reply markup are exactly the same as a current \
content and reply markup of the message"


class Editing:
    def __init__(self, world: World) -> None:
        self._world = world
        self.handlers: Handlers = {
            api.EditMessageText: self._edit_text,
            api.EditMessageCaption: self._edit_caption,
            api.EditMessageReplyMarkup: self._edit_reply_markup,
        }

    async def _edit_text(self, call: api.EditMessageText) -> dict[str, Any]:
        sent = self._find(call)
        if "text" not in sent.message:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        text = check_text(call.text or "", call.entities, call.parse_mode)
        return self._change(sent, {"text": text, "entities": dumped(call.entities)}, call)

    async def _edit_caption(self, call: api.EditMessageCaption) -> dict[str, Any]:
        sent = self._find(call)
        if "text" in sent.message:
            raise Refused(400, "Bad Request: there is no caption in the message to edit")
        entities = call.caption_entities
        caption = check_text(call.caption or "", entities, call.parse_mode, limit=CAPTION_LIMIT, empty=True)
        return self._change(sent, {"caption": caption, "caption_entities": dumped(entities)}, call)

    async def _edit_reply_markup(self, call: api.EditMessageReplyMarkup) -> dict[str, Any]:
        return self._change(self._find(call), {}, call)

    def _find(self, call: Any) -> BotMessage:
        """The bot's message that is meant. Raises Refused."""
        if call.inline_message_id is not None or call.chat_id is None or call.message_id is None:
            raise Refused(400, "Bad Request: message identifier is not specified", violation=True)
        chat = place_of(self._world, call)
        sent = self._world.said(chat.key, call.message_id)
        if sent is not None:
            return sent
        if call.message_id in chat.messages:
            raise Refused(400, "Bad Request: message can't be edited")
        raise Refused(400, "Bad Request: message to edit not found")

    def _change(self, sent: BotMessage, content: dict[str, Any], call: Any) -> dict[str, Any]:
        """Put the new content in; a keyboard that is not given again goes."""
        new = {**sent.message, **content, "reply_markup": check_keyboard(call.reply_markup)}
        new = {name: value for name, value in new.items() if value or name not in {*content, "reply_markup"}}
        if new == sent.message:
            raise Refused(400, f"Bad Request: {_SAME}")
        sent.message = {**new, "edit_date": int(time.time())}
        self._world.chats.at(sent.key).messages[sent.message_id] = sent.message
        sent.versions.append(version(sent.message))
        return sent.message
