"""The port of the durable inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

__all__ = ["Arrival", "Doubt", "Inbox", "InboxRow", "InboxState"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something to keep before it is acknowledged. ``key`` is unique within the channel; ``payload`` is JSON.

    Rows of one ``chat`` are worked on in order; what need not wait for the chat's turns comes under a name of its own.
    """

    channel: str
    chat: str
    key: str
    payload: str
    album: str | None = None


class InboxState(StrEnum):
    NEW = "new"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """``delivered`` counts the pieces of the reply the channel has taken; ``error`` is a code of the last failure.

    A dead letter that is revived keeps its ``error``, though its ``attempts`` are counted anew.
    ``head``: the row whose turn this one is part of, once that has begun (its own for the first). ``album``: what rows
    that belong together share. ``preview``: a message that shows the answer as it grows, until a piece of the answer
    takes its place; an id of the channel.
    """

    id: int
    channel: str
    chat: str
    key: str
    payload: str
    state: InboxState
    attempts: int
    delivered: int
    error: str | None
    accepted_at: datetime
    head: int | None = None
    album: str | None = None
    preview: str | None = None

    @property
    def tried_before(self) -> bool:
        """Whether there was a try before the one that was started last: it may have left a turn behind."""
        return self.attempts > 1 or self.error is not None


@dataclass(frozen=True, slots=True)
class Doubt:
    """The piece of the reply of that number, from 1, was on its way when the process or the connection broke off.

    The channel may have taken it: then it stands behind the message ``after``, which was the newest one known of.
    ``looked``: or it is that message, which was being looked at when that broke off as well.
    """

    pieces: int
    after: str
    looked: bool = False


class Inbox(Protocol):
    """Durable intake. Every method returns after its change is committed.

    Changing a row that is not in a fitting state (``start``, ``previewed``, ``delivered``, ``retry``, ``bury``:
    unfinished; ``done``: unfinished or done) raises StorageMissing. What several rows make one turn of is said to its
    first, the head: ``done``, ``retry`` and ``bury`` change all of them, and none of the others is changed by itself.
    """

    async def accept(self, arrivals: Sequence[Arrival]) -> list[InboxRow | None]:
        """Keep arrivals, in order; ``None`` where (channel, key) was accepted within the dedupe time."""
        ...

    def unfinished(self) -> AsyncIterator[InboxRow]:
        """Rows new or running, by id, in bounded memory."""
        ...

    async def waiting(self, channel: str, chat: str, *, after: int, limit: int) -> list[InboxRow]:
        """The chat's unfinished rows with ids above ``after``, by id, at most ``limit``."""
        ...

    async def start(self, row: int, joined: Sequence[int] = ()) -> InboxRow:
        """Mark as running, the ``joined`` as part of its turn; return the row as it now is, this attempt counted.

        What ``took`` told of it counts as delivered from now on. Which rows are joined is said at the first attempt,
        and kept; attempts count for the head alone. Raises
        StorageMissing, with nothing changed, when one of them is finished or part of another turn.
        """
        ...

    async def joined(self, row: int) -> list[InboxRow]:
        """The rows that are part of the turn of this head, whatever became of them, by id, without the head."""
        ...

    async def previewed(self, row: int, message: str) -> None:
        """Note the message that shows the answer as it grows."""
        ...

    def sends(self, row: int, doubt: Doubt) -> None:
        """Note at once that the piece is about to be sent: until ``took`` or ``refused`` there is this doubt about it,
        also for the next process. Never raises.
        """
        ...

    def refused(self, row: int) -> None:
        """The channel is known not to have taken the piece."""
        ...

    def doubt(self, row: int) -> Doubt | None:
        """What may have been taken of the row's reply without a note."""
        ...

    def took(self, row: int, pieces: int, message: str | None = None, *, last: bool) -> None:
        """Note at once, before anything is committed, that the channel took the piece: :meth:`recover` knows it then,
        and :meth:`start` of the next attempt.

        ``delivered`` or ``done`` is to follow. Never raises.
        """
        ...

    async def recover(self) -> int:
        """Before the start: commit what an earlier process only noted by ``took``, and learn of its doubts.

        The number of turns under way when that ended whose answers it may have sent without a note.
        """
        ...

    async def delivered(self, row: int, pieces: int, message: str | None = None) -> None:
        """Note how many pieces of the reply the channel has taken, and the last as its message.

        The preview's place is taken then.
        """
        ...

    async def done(self, row: int, message: str | None = None) -> None:
        """Note that all is done, the last piece of the reply (see ``delivered``) being that message."""
        ...

    async def forget(self, row: int) -> None:
        """Note that all is done, and keep nothing of what was said: it was not for us, or not to be answered."""
        ...

    async def retry(self, row: int, error: str) -> None:
        """Back to new, with the code of what went wrong."""
        ...

    async def bury(self, row: int, error: str) -> None:
        """A dead letter: kept, listed, not tried again by itself."""
        ...

    def dead(self) -> AsyncIterator[InboxRow]:
        """Dead letters by id; of several rows that make one turn, the head."""
        ...

    async def dead_of(self, channel: str, chat: str, *, limit: int) -> list[InboxRow]:
        """The chat's newest dead letters, by id, at most ``limit``; every row, as its chat shows what was said."""
        ...

    async def revive(self, row: int) -> bool:
        """A dead letter, with all that is part of its turn, back to new with no attempts; False when there is none.

        What it failed by stays (see ``InboxRow.tried_before``).
        """
        ...

    async def begun(self, channel: str, chat: str, album: str, *, before: int) -> InboxRow | None:
        """The first row of the album, of those with ids below ``before``, whose turn has begun or is over."""
        ...

    async def expire(self, days: float) -> int:
        """Delete done rows (and with them their dedupe keys) accepted more than ``days`` ago; how many."""
        ...
