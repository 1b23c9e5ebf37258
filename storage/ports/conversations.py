"""The port of conversations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.values import Answered, Reply, Turn, Utterance
from storage.ports.log import ConversationSummary, LogFilter, LoggedPart, LoggedTurn, Rating

__all__ = ["Conversations", "Heard"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn as it was kept, and what answering it takes.

    ``history`` is what was said in its conversation before, oldest first; ``reply`` is there when it was answered
    before.
    """

    turn: int
    conversation: int
    history: tuple[Utterance, ...] = ()
    reply: Reply | None = None


class Conversations(Protocol):
    async def open(self, channel: str, chat: str) -> int:
        """The chat's current conversation, begun if there is none."""
        ...

    async def reset(self, channel: str, chat: str) -> int:
        """Begin a new conversation for the chat; the old one is kept."""
        ...

    async def hear(
        self,
        channel: str,
        chat: str,
        turn: Turn,
        *,
        sender_id: str | None = None,
        inbox: int | None = None,
        remembered: int = 0,
        messages: Sequence[str | None] = (),
        replaces: int | None = None,
    ) -> Heard:
        """Keep a turn with its media in the chat's current conversation, begun if there is none.

        Given the same inbox row again, it is the turn that was kept then. The history is of the last ``remembered``
        answered turns before it, without those that were replaced or are to be by this one; of a conversation that is
        no longer the chat's current one there is none. ``messages`` are the channel's ids of the messages that its
        parts came in, in their order; quoted parts are found by the messages they first came in, not by these.
        ``replaces``: an earlier turn of the chat that this one stands for as soon as it is answered, and for whatever
        stood for that one before; it is kept in that one's conversation. Nothing is replaced when the chat has no such
        turn.
        """
        ...

    async def turn(self, channel: str, chat: str, turn: int) -> LoggedTurn | None:
        """A turn of the chat, of whichever of its conversations."""
        ...

    async def of_message(
        self, channel: str, chat: str, message: str, *, before: int | None = None, topics: bool = False
    ) -> LoggedTurn | None:
        """The newest turn of the chat that the message brought (see ``LoggedPart.message``) or answered (``sent``).

        ``before``: of those before this turn. ``topics``: also of the chats whose names begin with this one's and a
        colon.
        """
        ...

    async def rate(self, channel: str, chat: str, turn: int, rating: Rating) -> None:
        """Keep what somebody thinks of a reply; it takes the place of what they thought before.

        Raises StorageMissing when the chat has no such turn.
        """
        ...

    async def unrate(self, channel: str, chat: str, turn: int, sender_id: str) -> None:
        """Forget what somebody thought of a reply."""
        ...

    async def move(self, channel: str, chat: str, to: str) -> None:
        """The chat goes by another name from now on, with its conversations; its preferences come along.

        What was chosen under that name before stays; of two current conversations, the one with the newer turn remains
        it. Messages are found under the name their chat had when they were kept, since a channel counts them anew;
        what waits in the inbox stays where it is.
        """
        ...

    async def of_inbox(self, inbox: int) -> LoggedTurn | None:
        """The turn kept for this inbox row, answered or not."""
        ...

    async def answer(self, turn: int, answered: Answered) -> None:
        """Keep reply, observations and trace, all or nothing. A turn already answered keeps its first answer.

        From now on it stands for what it replaces (see ``hear``); of several that were to, the newest turn does.
        """
        ...

    async def latest(self, channel: str, chat: str, *, limit: int, before: int | None = None) -> list[LoggedTurn]:
        """The last ``limit`` turns (before turn ``before``) of the chat's current conversation, oldest first."""
        ...

    async def shown_in(self, channel: str, chat: str, media: str) -> LoggedPart | None:
        """A part of the chat that has this key of the media store, if there is one."""
        ...

    def summaries(self, where: LogFilter) -> AsyncIterator[ConversationSummary]:
        """Conversations, those with the newest turns first. Asked for a person or dates, only such turns count."""
        ...

    def turns(self, where: LogFilter) -> AsyncIterator[LoggedTurn]:
        """Turns by id, in bounded memory however many there are."""
        ...
