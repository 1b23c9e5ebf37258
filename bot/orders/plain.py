"""Commands that only say something: /start, /help."""

from __future__ import annotations

from dataclasses import dataclass

from agents.ports import Wording
from bot.incoming import Incoming
from bot.said import Said

__all__ = ["Plain"]


@dataclass(frozen=True, slots=True)
class Plain:
    """Says the sentence ``commands.<name>``."""

    name: str
    wording: Wording
    for_admins: bool = False
    in_groups: bool = True

    async def obey(self, said: Incoming, language: str) -> Said:
        return Said(self.wording.say(f"commands.{self.name}", language))
