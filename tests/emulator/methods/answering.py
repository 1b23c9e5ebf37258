"""Answers to presses of buttons, and reactions."""

from __future__ import annotations

import time

from aiogram import methods as api
from telegram.constants import ReactionEmoji

from tests.emulator.calls import Refused
from tests.emulator.methods.handlers import Handlers
from tests.emulator.sent import Reacted
from tests.emulator.world import World

__all__ = ["Answering"]

_LONGEST = 200
_EMOJI = {str(emoji) for emoji in ReactionEmoji}


class Answering:
    def __init__(self, world: World) -> None:
        self._world = world
        self.handlers: Handlers = {
            api.AnswerCallbackQuery: self._answer_callback_query,
            api.SetMessageReaction: self._set_message_reaction,
        }

    async def _answer_callback_query(self, call: api.AnswerCallbackQuery) -> bool:
        if len(call.text or "") > _LONGEST:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG", violation=True)
        self._world.presses.answer(call.callback_query_id, {"text": call.text, "show_alert": bool(call.show_alert)})
        return True

    async def _set_message_reaction(self, call: api.SetMessageReaction) -> bool:
        chat = self._world.chats.reachable(call.chat_id)
        if call.message_id not in chat.messages:
            raise Refused(400, "Bad Request: message to react not found")
        emoji = [str(getattr(reaction, "emoji", "")) for reaction in call.reaction or ()]
        if len(emoji) > 1:
            raise Refused(400, "Bad Request: REACTIONS_TOO_MANY", violation=True)
        if not set(emoji) <= _EMOJI:
            raise Refused(400, "Bad Request: REACTION_INVALID", violation=True)
        self._world.sent.reactions.append(Reacted(chat.id, call.message_id, emoji, time.monotonic()))
        return True
