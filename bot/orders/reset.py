"""/reset: a new conversation."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.deciding import Deciding
from bot.incoming import Incoming
from bot.said import Said
from storage.ports import Conversations

__all__ = ["Reset"]


@dataclass(frozen=True, slots=True)
class Reset:
    """In a group it takes what was said from everybody, so that not everybody may."""

    conversations: Conversations
    wording: Wording
    deciding: Deciding
    name: str = "reset"
    for_admins: bool = False
    in_groups: bool = True

    async def obey(self, said: Incoming, language: str) -> Said:
        if (refusal := await self.deciding.refusal(said, language)) is not None:
            return refusal
        await self.conversations.reset(said.channel, said.chat)
        return Said(self.wording.say("commands.reset", language))
