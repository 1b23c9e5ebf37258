"""The language that a chat has chosen to be answered in."""

from __future__ import annotations

from dataclasses import dataclass

from bot.incoming import Incoming
from storage.ports import Preferences

__all__ = ["Tongues"]


@dataclass(frozen=True, slots=True)
class Tongues:
    """Without ``preferences``, everybody is answered in the language of their own program."""

    preferences: Preferences | None = None

    async def heeded(self, said: Incoming) -> Incoming:
        """As if the sender's own program were in the language that the chat has chosen, too. Raises StorageError."""
        if self.preferences is None:
            return said
        chosen = (await self.preferences.of(said.channel, said.chat)).get("language")
        if chosen is None:
            return said
        return said.model_copy(update={"sender": said.sender.model_copy(update={"locale": chosen, "chosen": chosen})})
