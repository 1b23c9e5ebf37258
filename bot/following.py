"""What was forwarded along with a comment, and came when the comment was being answered already.

Telegram's programs send a comment and what is forwarded with it as two messages in the same second. The first may be a
whole question, which is not to wait for anything; nobody can ask one and forward something else within a second.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from bot.incoming import Incoming

__all__ = ["Following", "are_sent_at_once", "is_forwarded"]

_MOST = 10_000  # chats
_AT_ONCE = 1  # seconds by the channel's clock, which tells whole ones


@dataclass(frozen=True, slots=True)
class _Last:
    sender: str
    said_at: int | None
    message: str | None


class Following:
    """Remembers what was answered last in each chat. A restart forgets it."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._last: OrderedDict[tuple[str, str], _Last] = OrderedDict()

    def note(self, said: Incoming) -> None:
        """It has an answer, and does not go on with an earlier turn: that counts from its beginning."""
        self._last[said.channel, said.chat] = _Last(said.sender.id, said.said_at, said.message)
        self._last.move_to_end((said.channel, said.chat))
        if len(self._last) > self._most:
            self._last.popitem(last=False)

    def leader(self, said: Incoming) -> str | None:
        """The message of the turn that this one was sent at once with, if it is forwarded and there is one."""
        last = self._last.get((said.channel, said.chat))
        if last is None or last.sender != said.sender.id or not is_forwarded(said):
            return None
        return last.message if are_sent_at_once(last.said_at, said.said_at) else None


def is_forwarded(said: Incoming) -> bool:
    """Whether it is nothing but what somebody else wrote or recorded."""
    own = [part for part in said.parts if not part.quoted]
    return bool(own) and not said.edited and all(part.origin is not None for part in own)


def are_sent_at_once(one: int | None, other: int | None) -> bool:
    """By the times at which they were said, the later one last."""
    return one is not None and other is not None and 0 <= other - one <= _AT_ONCE
