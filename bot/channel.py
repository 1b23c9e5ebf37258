"""What a door offers to the workers behind it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from agents.errors import ParleyError
from agents.values import Event
from bot.incoming import Incoming

__all__ = ["Channel", "DeliveryFailed", "FileGone", "FileTooLarge", "Watcher"]

Watcher = Callable[[Event], None]  # is told of each event of a turn; it neither waits nor raises


class DeliveryFailed(ParleyError):
    """A message could not be handed to the channel. ``retry_after`` is in seconds, when the channel tells."""

    code = "delivery-failed"

    def __init__(self, reason: str, *, retryable: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.retry_after = retry_after


class FileGone(ParleyError):
    """The channel no longer has the file."""

    code = "file-gone"


class FileTooLarge(ParleyError):
    """The file exceeds what the channel hands out or our own limit."""

    code = "file-too-large"


class Channel(Protocol):
    """One way in and out. Every call has its own deadline and raises only the errors above."""

    name: str

    async def fetch(self, ref: str) -> bytes:
        """The bytes behind an ``IncomingMedia.ref``. Raises FileGone, FileTooLarge, or DeliveryFailed (network)."""
        ...

    def split(self, text: str) -> list[str]:
        """The text in pieces the channel takes, in order; at least one."""
        ...

    async def send(self, to: Incoming, text: str) -> None:
        """Send one piece of the answer to what came in. Raises DeliveryFailed."""
        ...

    def working(self, on: Incoming) -> AbstractAsyncContextManager[Watcher]:
        """Show that an answer is being made, for as long as the context lasts; what it gives is told of its events.

        Never raises.
        """
        ...
