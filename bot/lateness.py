"""Photos of an album that came after the album was answered."""

from __future__ import annotations

from dataclasses import dataclass, replace

from agents.ports import Wording
from bot.incoming import Incoming, IncomingText, PayloadUnreadable
from bot.said import Said
from bot.texts import language_of
from storage.ports import Conversations, Inbox, InboxRow

__all__ = ["Late", "Lateness"]


@dataclass(frozen=True, slots=True)
class Late:
    """What was said, with the words that came with its album; ``late``: the album's turn had begun without it."""

    said: Incoming
    late: bool = False


@dataclass(frozen=True, slots=True)
class Lateness:
    inbox: Inbox
    conversations: Conversations
    wording: Wording

    async def is_beside_a_turn(self, row: InboxRow, said: Incoming) -> bool:
        """Whether an album that it belongs to was answered, or is being answered."""
        return await self._turn_of_album(row, said) is not None

    async def of(self, row: InboxRow, said: Incoming) -> Late:
        head = await self._turn_of_album(row, said)
        if head is None:
            return Late(said)
        own = any(isinstance(part, IncomingText) and not part.quoted for part in said.parts)
        words = () if own else await self._words(head)
        return Late(said.model_copy(update={"parts": (*said.parts, *words)}), late=True)

    async def _turn_of_album(self, row: InboxRow, said: Incoming) -> InboxRow | None:
        """A row of the turn that the rest of its album is, if there is one."""
        if said.album is None or said.edited:
            return None
        first = await self.inbox.begun(row.channel, row.chat, said.album, before=row.id)
        if first is None or first.head in (None, row.id):
            return None
        turn = await self.conversations.of_inbox(first.head)
        return None if turn is None else first

    async def _words(self, first: InboxRow) -> tuple[IncomingText, ...]:
        """The words that came with the album. They stand in none of the messages that come late."""
        head = first.head or first.id
        rows = [first, *await self.inbox.joined(head)] if first.id == head else await self.inbox.joined(head)
        return tuple(text for row in rows if row.album == first.album for text in _typed(row))

    def noted(self, told: Said, late: Late, said: Incoming) -> Said:
        """What we say, led by a word that it is about what came late."""
        if not late.late:
            return told
        note = self.wording.say("desk.late_photo", language_of(said.sender.locale))
        return replace(told, text=f"{note}\n\n{told.text}")


def _typed(row: InboxRow) -> list[IncomingText]:
    try:
        parts = Incoming.of(row.payload).parts
    except PayloadUnreadable:
        return []
    typed = (part for part in parts if isinstance(part, IncomingText) and not part.quoted)
    return [part.model_copy(update={"message": None}) for part in typed]
