"""Message ids, as far as they are known: they only ever count up, so that what was sent lately stands behind them.

They run through all private chats and small groups of an account together, and apart in each supergroup
(https://core.telegram.org/api/ids and the field ``message_id`` of https://core.telegram.org/bots/api#message).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from bot.telegram.address import CHANNEL, Address
from storage.ports import InboxRow

__all__ = ["Numbering"]

_SUPERGROUPS = -1_000_000_000_000  # their ids, and those of channels, are below
_ROWS = 2_000  # numberings that are remembered; ours is used all the time
_LAST = 256  # ids of one that are remembered
_SPAN = 256  # ids, behind which nobody looks any more


@dataclass(slots=True)
class _Row:
    newest: int = 0
    last: deque[int] = field(default_factory=lambda: deque(maxlen=_LAST))


class Numbering:
    """Of what came and what was sent since the start."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, _Row] = OrderedDict()

    def note(self, address: Address, message: int) -> None:
        """There is such a message."""
        key = _key(address)
        row = self._rows.setdefault(key, _Row())
        self._rows.move_to_end(key)
        row.newest = max(row.newest, message)
        row.last.append(message)
        if len(self._rows) > _ROWS:
            self._rows.popitem(last=False)

    def newest(self, address: Address) -> int:
        """0 where none is known."""
        return self._rows[key].newest if (key := _key(address)) in self._rows else 0

    def unknown(self, address: Address, after: int) -> Iterator[int]:
        """Of the next ids behind that one those of which nothing is known."""
        row = self._rows.get(_key(address))
        known = set(row.last) if row is not None else set()
        return (number for number in range(after + 1, after + 1 + _SPAN) if number not in known)

    async def learn(self, rows: AsyncIterator[InboxRow]) -> None:
        """Know the messages that brought these rows, of whatever channel."""
        async for row in rows:
            place, _, rest = row.key.partition("/")
            number = rest.partition("/")[0]
            if row.channel == CHANNEL and number.isdecimal():
                with suppress(ValueError):
                    self.note(Address.of(place), int(number))


def _key(address: Address) -> str:
    if address.business is not None:
        return f"@{address.business}"
    return str(address.chat) if address.chat < _SUPERGROUPS else ""
