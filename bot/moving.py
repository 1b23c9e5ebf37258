"""Chats that go by another name from some moment on."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from bot.incoming import Incoming, marks_of
from bot.patience import NotYet
from storage.ports import Conversations, Inbox, InboxRow, Preferences

__all__ = ["FORMER", "Moving"]

FORMER = "former"  # the preference that tells what a chat was called before: it is admitted by that name, too

_log = structlog.get_logger()
_PAUSE = 1.0  # seconds before it is looked again whether all is done under the old name
_PATIENCE = 600  # tries. What is not done by then has been tried, and what was tried moves along with its conversation


@dataclass(frozen=True, slots=True)
class Moving:
    """A chat moves once nothing waits under its old name: that would begin a conversation which nobody goes on with.

    What is said under the new name waits behind the move, and so comes behind all that was said under the old one.
    """

    conversations: Conversations
    inbox: Inbox
    preferences: Preferences | None = None

    async def move(self, row: InboxRow, said: Incoming, to: str) -> None:
        """Raises NotYet as long as it has to wait, and StorageError."""
        if row.attempts < _PATIENCE and await self._is_awaited(said):
            raise NotYet("chat-not-ready-to-move", pause=_PAUSE)
        await self.conversations.move(said.channel, said.chat, to)
        if self.preferences is not None:
            await self.preferences.prefer(said.channel, to, FORMER, said.chat)
        _log.info("chat moved", channel=said.channel)

    async def _is_awaited(self, said: Incoming) -> bool:
        lines = said.chat, marks_of(said.chat)
        return any([await self.inbox.waiting(said.channel, line, after=0, limit=1) for line in lines])
