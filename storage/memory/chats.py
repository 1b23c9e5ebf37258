"""Which conversations chats have, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from storage.columns import storable
from storage.ports import LogFilter

__all__ = ["MemoryChats", "MemoryConversation"]


@dataclass(frozen=True, slots=True)
class MemoryConversation:
    id: int
    channel: str
    chat: str
    started_at: datetime
    past: bool = False

    def is_about(self, where: LogFilter) -> bool:
        return (
            (where.channel is None or self.channel == storable(where.channel))
            and (where.chat is None or self.chat == storable(where.chat))
            and (where.conversation is None or self.id == where.conversation)
        )


class MemoryChats:
    """Conversations by id, each of a chat. ``last_turn`` tells the newest turn of a conversation, 0 for none."""

    def __init__(self, last_turn: Callable[[int], int]) -> None:
        self._last_turn = last_turn
        self._conversations: list[MemoryConversation] = []

    def __getitem__(self, conversation: int) -> MemoryConversation:
        return self._conversations[conversation - 1]

    def __iter__(self) -> Iterator[MemoryConversation]:
        return iter(sorted(self._conversations, key=self._rank, reverse=True))

    def begin(self, channel: str, chat: str, now: datetime) -> MemoryConversation:
        begun = MemoryConversation(len(self._conversations) + 1, storable(channel), storable(chat), now)
        self._conversations.append(begun)
        return begun

    def current(self, channel: str, chat: str) -> MemoryConversation | None:
        wanted = (storable(channel), storable(chat))
        known = [one for one in self._conversations if (one.channel, one.chat) == wanted and not one.past]
        return known[-1] if known else None

    def move(self, channel: str, chat: str, to: str) -> None:
        ours, theirs = self.current(channel, chat), self.current(channel, to)
        for at, one in enumerate(self._conversations):
            if (one.channel, one.chat) == (channel, chat):
                self._conversations[at] = replace(one, chat=to)
        if ours is not None and theirs is not None:
            self._put_past(channel, to, max(ours, theirs, key=self._rank).id)

    def _put_past(self, channel: str, chat: str, newer: int) -> None:
        for at, one in enumerate(self._conversations):
            if (one.channel, one.chat) == (channel, chat) and one.id > newer:
                self._conversations[at] = replace(one, past=True)

    def _rank(self, conversation: MemoryConversation) -> tuple[int, int]:
        return self._last_turn(conversation.id), conversation.id
