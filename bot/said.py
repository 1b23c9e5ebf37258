"""What we say, before a channel gives it the form it takes there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from agents.values import Event

__all__ = ["Choice", "Choices", "Said", "Transcript"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. ``what`` comes back as ``Pressed.what``: ASCII, at most 64 bytes."""

    label: str
    what: str


Choices = tuple[tuple[Choice, ...], ...]  # rows of buttons


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard in a recording, shown above the answer. ``collapsed``: unfolded by its reader."""

    label: str
    text: str
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """``markdown``: the text is a model's, whose marks say how it is to look; otherwise it is shown as it is.

    ``choices`` stand under the last text. ``voice`` is the same once more as OGG/Opus; ``speak`` makes it, telling whom
    it is given that the answer is whole, and None where that fails. ``instead`` are the channel's ids of earlier
    messages of ours that this takes the place of.
    """

    text: str
    markdown: bool = False
    above: Sequence[Transcript] = ()
    choices: Choices = ()
    voice: bytes | None = field(default=None, repr=False)
    speak: Callable[[Callable[[Event], None]], Awaitable[bytes | None]] | None = None
    instead: Sequence[str] = ()
