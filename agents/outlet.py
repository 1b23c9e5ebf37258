"""Where the pieces of a reply go out. Since the last restart, the pieces always add up to what was said so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agents.values import Delta, Event, Restarted

__all__ = ["Held", "Listener", "Outlet"]


class Listener(Protocol):
    """Hears a reply of the language model as it comes."""

    def piece(self, text: str) -> None:
        """A further piece."""

    def again(self, text: str = "") -> None:
        """What came so far is void; the reply begins again with ``text``."""


class Held:
    """Fills :class:`Listener` and keeps quiet: for replies that are checked before they are shown."""

    def piece(self, text: str) -> None:
        """Not shown yet."""

    def again(self, text: str = "") -> None:
        """Nothing was shown."""


class Outlet:
    """Fills :class:`Listener` and hands pieces on; blanks at the end wait until something follows them."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._opening = ""
        self._sent = ""
        self._blanks = ""

    @property
    def sent(self) -> str:
        """What the pieces since the last restart add up to."""
        return self._sent

    def open(self, text: str) -> None:
        """Send what every version of the reply begins with."""
        self._opening = text
        self.piece(text)

    def piece(self, text: str) -> None:
        text = self._blanks + text
        kept = text.rstrip()
        self._blanks = text[len(kept) :]
        if kept:
            self._sent += kept
            self._emit(Delta(kept))

    def again(self, text: str = "") -> None:
        if self._sent != self._opening.rstrip():
            self._emit(Restarted())
            self._sent = self._blanks = ""
            self.piece(self._opening)
        self.piece(text)

    def finish(self, text: str) -> None:
        """Make the pieces add up to ``text``."""
        if not text.startswith(self._sent):
            self._emit(Restarted())
            self._sent = ""
        if rest := text[len(self._sent) :]:
            self._emit(Delta(rest))
        self._sent, self._blanks = text, ""
