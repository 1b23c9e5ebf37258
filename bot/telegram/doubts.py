"""Messages of ours that an edit without an answer may still change."""

from __future__ import annotations

from collections import deque

from bot.telegram.address import Address

__all__ = ["Doubts"]


class Doubts:
    """The last ``most`` of them."""

    def __init__(self, most: int = 256) -> None:
        self._messages: deque[tuple[Address, str]] = deque(maxlen=most)

    def note(self, address: Address, message: str) -> None:
        self._messages.append((address, message))

    def settle(self, address: Address, message: str) -> bool:
        """Whether there is doubt about the message, which is forgotten by this."""
        if (address, message) not in self._messages:
            return False
        self._messages.remove((address, message))
        return True
