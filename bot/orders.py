"""Commands that people give in a chat."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.incoming import Incoming
from bot.said import Said
from bot.texts import language_of
from storage.ports import Conversations

__all__ = ["Orders"]

_COMMANDS = frozenset({"start", "help", "reset"})


@dataclass(frozen=True, slots=True)
class Orders:
    conversations: Conversations
    wording: Wording

    async def obey(self, said: Incoming) -> Said:
        language = language_of(said.sender.locale)
        if said.command not in _COMMANDS:
            return Said(self.wording.say("commands.unknown", language))
        if said.command == "reset":
            await self.conversations.reset(said.channel, said.chat)
        return Said(self.wording.say(f"commands.{said.command}", language))
