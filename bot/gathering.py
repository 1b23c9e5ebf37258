"""Which of the rows that wait in a chat are one turn: the photos of an album, and what is said in one burst.

Pure: rows come with the time they arrived, by a monotonic clock, and the answer is which of them make the next turn and
how many seconds to wait for more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.complete import completeness
from bot.following import are_sent_at_once, is_forwarded
from bot.incoming import Incoming, IncomingMedia, IncomingText, Moved, PayloadUnreadable
from storage.ports import InboxRow

__all__ = ["MOST", "Gathering", "Group", "Waiting"]

MOST = 30  # rows of one turn: an album has ten, and a burst is not a book
_CLOCK = 1.0  # seconds that the channel's clock, which tells whole ones, may be off


@dataclass(slots=True)
class Waiting:
    """A row that waits. ``said`` is what is in it, None where that cannot be read."""

    row: InboxRow
    since: float
    said: Incoming | None

    @classmethod
    def of(cls, row: InboxRow, since: float) -> Waiting:
        try:
            return cls(row, since, Incoming.of(row.payload))
        except PayloadUnreadable:
            return cls(row, since, None)

    @property
    def whole(self) -> bool:
        """Nothing joins it, and it joins nothing."""
        said = self.said
        return said is None or said.whole or said.command is not None or said.act is not None

    @property
    def media(self) -> bool:
        """There are files in it."""
        return self.said is not None and any(isinstance(part, IncomingMedia) for part in self.said.parts)

    @property
    def moves(self) -> bool:
        """It is not said, but brings the chat along."""
        return self.said is not None and isinstance(self.said.act, Moved)


@dataclass(frozen=True, slots=True)
class Group:
    """``taken`` are the places of the next turn's rows, the first being 0; ``wait`` in seconds, 0 when it is whole."""

    taken: tuple[int, ...]
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Gathering:
    """``album``, ``burst``: seconds after the last piece in which another joins it; ``longest``: after the first."""

    album: float = 1.2
    burst: float = 1.5
    longest: float = 10.0

    def group(self, waiting: Sequence[Waiting], now: float) -> Group:
        """The next turn of a chat in which at least one row waits, the oldest first."""
        first = waiting[0]
        if first.row.head is not None:
            return Group(tuple(place for place, other in enumerate(waiting) if other.row.head == first.row.head))
        if first.whole or (first.said is not None and first.said.edited):
            return Group((0,))
        taken, ended = self._taken(waiting)
        group = [waiting[place] for place in taken]
        if len(taken) >= MOST or (ended and not any(each.said and each.said.album for each in group)):
            return Group(taken)
        return Group(taken, max(0.0, self._due(group) - now))

    def _taken(self, waiting: Sequence[Waiting]) -> tuple[tuple[int, ...], bool]:
        """The places, and whether something came that ends the burst."""
        taken, ended = [0], False
        for place, other in enumerate(waiting[1:], start=1):
            if len(taken) >= MOST:
                break
            group = [waiting[each] for each in taken]
            if other.row.head is not None or other.said is None or not _same_sender(group[0], other):
                continue
            if _of_album(group, other) or _edits(group, other):
                taken.append(place)
            elif not ended and not other.whole and not other.said.edited and self._in_burst(group, other):
                taken.append(place)
            elif not other.said.edited:
                ended = True
        return tuple(taken), ended

    def _in_burst(self, group: Sequence[Waiting], other: Waiting) -> bool:
        """Whether it came while we would still have waited, by our clock and by the channel's."""
        last, window = group[-1], self._burst(group)
        if not (group[0].said and last.said and other.said and other.said.addressed and last.said.addressed):
            return False
        if is_forwarded(other.said) and are_sent_at_once(last.said.said_at, other.said.said_at):
            window = self.burst  # programs send it right behind the comment on it
        if not window:  # all was said; a recording or photo sent along with it belongs to it all the same
            window = 0.0 if _comes_behind_a_comment(other.said) and not _has_media(last.said) else -1.0
        told = None not in (last.said.said_at, other.said.said_at)
        apart = float((other.said.said_at or 0) - (last.said.said_at or 0)) if told else 0.0
        return other.since - last.since <= window and apart <= window + _CLOCK

    def _burst(self, group: Sequence[Waiting]) -> float:
        """Seconds after the last piece in which another belongs to the burst, the shorter the more complete it is."""
        return self.burst * (1.0 - completeness([each.said for each in group if each.said is not None]))

    def _due(self, group: Sequence[Waiting]) -> float:
        """When the group is whole, if nothing more comes."""
        last = group[-1]
        due = last.since + self._burst(group)
        albums = [each.since for each in group if each.said is not None and each.said.album is not None]
        if albums:
            due = max(due if not _has_words(group) else 0.0, albums[-1] + self.album)
        return min(due, group[0].since + self.longest)


def _same_sender(one: Waiting, other: Waiting) -> bool:
    return one.said is not None and other.said is not None and one.said.sender.id == other.said.sender.id


def _of_album(group: Sequence[Waiting], other: Waiting) -> bool:
    album = other.said.album if other.said is not None and not other.said.edited else None
    return album is not None and any(each.said is not None and each.said.album == album for each in group)


def _edits(group: Sequence[Waiting], other: Waiting) -> bool:
    """Whether it says anew what has not been answered yet. What became a command is obeyed by itself, behind that."""
    said = other.said
    if said is None or not said.edited or other.whole:
        return False
    return any(each.said is not None and each.said.message == said.message for each in group)


def _comes_behind_a_comment(said: Incoming) -> bool:
    """Whether programs send it right behind a comment on it: a photo, a recording, whatever is forwarded."""
    return _has_media(said) or is_forwarded(said)


def _has_media(said: Incoming) -> bool:
    return any(isinstance(part, IncomingMedia) and not part.quoted for part in said.parts)


def _has_words(group: Sequence[Waiting]) -> bool:
    parts = [part for each in group if each.said is not None for part in each.said.parts]
    return any(isinstance(part, IncomingText) and not part.quoted for part in parts)
