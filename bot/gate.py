"""Who may be answered, and how much of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from agents.ports import Wording
from bot.access import Access
from bot.incoming import Incoming
from bot.said import Said
from bot.texts import language_of
from storage.ports import InboxRow

__all__ = ["AccessGate", "Gate"]


class Gate(Protocol):
    async def refusal(self, said: Incoming, row: InboxRow, *, passed: bool = False) -> Said | None:
        """What to say instead of an answer, blank to say nothing; None to answer. Raises StorageError.

        ``passed``: an earlier try of the row was let through, so that it is not counted again.
        """
        ...

    async def admits(self, said: Incoming) -> bool:
        """Whether its sender may be answered at all. Raises StorageError."""
        ...

    def is_admin(self, said: Incoming) -> bool:
        """Whether its sender may give commands for admins."""
        ...


@dataclass(frozen=True, slots=True)
class AccessGate:
    """The operator's settings alone, by channel."""

    access: Mapping[str, Access]
    wording: Wording

    async def refusal(self, said: Incoming, row: InboxRow, *, passed: bool = False) -> Said | None:
        if await self.admits(said):
            return None
        language = language_of(said.sender.locale)
        return Said(self.wording.say("desk.denied", language, id=said.sender.id))

    async def admits(self, said: Incoming) -> bool:
        return self.access[said.channel].allows(said.host or said.sender, said.chat)

    def is_admin(self, said: Incoming) -> bool:
        return False
