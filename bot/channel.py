"""What a door offers to the workers behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeAlias

from agents.errors import ParleyError
from agents.values import Event
from bot.incoming import Incoming
from bot.said import Choices, Said
from storage.ports import Doubt

__all__ = ["Channel", "DeliveryFailed", "FileGone", "FileTooLarge", "Known", "Piece", "Previewed", "Watcher"]

Watcher = Callable[[Event], None]  # is told of each event of a turn; it neither waits nor raises
Previewed = Callable[[str], Awaitable[None]]  # keeps the id of a message that shows a growing answer; never raises
Known = Callable[[str, str], Awaitable[bool]]  # whether that message of a chat, whatever its topic, belongs to a turn
Piece: TypeAlias = Any  # of an answer, in the form the channel gave it; nobody else looks at it


class DeliveryFailed(ParleyError):
    """A message could not be handed to the channel. ``retry_after`` is in seconds, when the channel tells.

    ``doubtful``: the channel may have taken it, as the connection broke before it said so.
    """

    code = "delivery-failed"

    def __init__(
        self, reason: str, *, retryable: bool, retry_after: float | None = None, doubtful: bool = False
    ) -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.retry_after = retry_after
        self.doubtful = doubtful


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

    def compose(self, said: Said) -> Sequence[Piece]:
        """The pieces the channel takes, in order; at least one. The same gives the same: a retry goes on behind those
        that were sent.
        """
        ...

    async def send(self, to: Incoming, piece: Piece, instead: str | None = None) -> str | None:
        """Send one piece of the answer to what came in; its message's id, where the channel has such.

        ``instead``: a message of ours whose place it takes, if that still stands. Raises DeliveryFailed.
        """
        ...

    def newest(self, to: Incoming) -> str | None:
        """The newest message known of where an answer would be sent, which that will come behind; None where the
        channel tells nothing of that kind.
        """
        ...

    async def found(
        self, to: Incoming, piece: Piece, doubt: Doubt, known: Known, looking: Callable[[str], None]
    ) -> str | None:
        """The message that the piece in doubt was sent as; None where there is none, or no telling.

        What is ``known`` is left alone. ``looking`` hears of each message before it is looked at, as that can change
        it: whoever looks again begins with that. What it costs is bounded. Raises DeliveryFailed.
        """
        ...

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        """Put other buttons under a message of ours, or none. What cannot be done is left; never raises."""
        ...

    async def withdraw(self, to: Incoming, message: str) -> None:
        """Take a message of ours away. What cannot be done is left; never raises."""
        ...

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        """Show that an answer is being made, for as long as the context lasts; what it gives is told of its events.

        Where the answer is shown as it grows in a message of its own, ``previewed`` hears of that before it is shown
        any further; ``preview`` is one that an earlier try left. The first piece of the answer is sent in its place.
        Never raises.
        """
        ...
