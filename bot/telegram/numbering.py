"""Message ids, as far as they are known: they only ever count up, so that what was sent lately stands behind them.

They run through all private chats and small groups of an account together, and apart in each supergroup
(https://core.telegram.org/api/ids and the field ``message_id`` of https://core.telegram.org/bots/api#message).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field

from bot.telegram.address import Address

__all__ = ["Numbering"]

_SUPERGROUPS = -1_000_000_000_000  # their ids, and those of channels, are below
_ROWS = 2_000  # numberings that are remembered; ours is used all the time
_LAST = 64  # ids of one that are remembered


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

    def unknown(self, address: Address, after: int, most: int) -> list[int]:
        """Of the ``most`` ids behind that one those of which nothing is known."""
        row = self._rows.get(_key(address))
        known = set(row.last) if row is not None else set()
        return [number for number in range(after + 1, after + 1 + most) if number not in known]


def _key(address: Address) -> str:
    if address.business is not None:
        return f"@{address.business}"
    return str(address.chat) if address.chat < _SUPERGROUPS else ""
