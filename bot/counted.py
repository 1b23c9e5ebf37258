"""Which photos and recordings were counted against an allowance, so that quoting or editing them is free, once."""

from __future__ import annotations

from collections import OrderedDict

from bot.incoming import Incoming, IncomingMedia
from storage.ports import Conversations

__all__ = ["Counted"]

_MOST = 2_000  # messages, of some 700 bytes; of older ones the database is asked
_Looks = tuple[str, int | None, float | None]


class Counted:
    """Remembers what was counted. What came before a restart counts as counted if a turn was made of it.

    What was refused, or sent where we do not listen, never was: it is when somebody quotes it, or says something else
    with it. ``conversations`` None: only what is remembered.
    """

    def __init__(self, conversations: Conversations | None = None, most: int = _MOST) -> None:
        self._conversations = conversations
        self._most = most
        self._seen: OrderedDict[tuple[str, str, str], set[_Looks]] = OrderedDict()

    async def new(self, said: Incoming) -> list[IncomingMedia]:
        """Its media that are still to be counted. Raises StorageError."""
        media = [part for part in said.parts if isinstance(part, IncomingMedia)]
        return [part for part in media if not await self._is_old(said, part)]

    def note(self, said: Incoming) -> None:
        """All of it is counted now."""
        for part in said.parts:
            if isinstance(part, IncomingMedia) and part.message is not None:
                key = (said.channel, said.chat, part.message)
                self._seen.setdefault(key, set()).add(_looks(part))
                self._seen.move_to_end(key)
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)

    async def _is_old(self, said: Incoming, part: IncomingMedia) -> bool:
        if part.message is None or not (part.quoted or said.edited):
            return False
        seen = self._seen.get((said.channel, said.chat, part.message))
        if seen is not None:
            return _looks(part) in seen
        if self._conversations is None:
            return False
        turn = await self._conversations.of_message(said.channel, said.chat, part.message)
        same = (each.kind for each in turn.parts if each.message == part.message and not each.quoted) if turn else ()
        return any(kind in {part.kind, "unread"} for kind in same)  # what could not be fetched was counted, too


def _looks(part: IncomingMedia) -> _Looks:
    """What tells another file in the same message; a channel may name the same file differently each time."""
    return part.kind, part.size, part.seconds
