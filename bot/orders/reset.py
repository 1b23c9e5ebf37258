"""/reset: a new conversation."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.incoming import Incoming
from bot.said import Said
from storage.ports import Conversations

__all__ = ["Reset"]


@dataclass(frozen=True, slots=True)
class Reset:
    conversations: Conversations
    wording: Wording
    name: str = "reset"
    for_admins: bool = False
    in_groups: bool = True

    async def obey(self, said: Incoming, language: str) -> Said:
        await self.conversations.reset(said.channel, said.chat)
        return Said(self.wording.say("commands.reset", language))
