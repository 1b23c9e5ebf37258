"""What a person sees of one answer: a sign of life while it is made, then its text, once."""

from __future__ import annotations

import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from bot.terminal.plain import plain

__all__ = ["Answering", "thinking", "unechoed"]


@contextmanager
def thinking(label: str) -> Iterator[Status | None]:
    """A spinner on standard error, only on a terminal; ``stop`` takes it away early."""
    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield None
        return
    with console.status(label, spinner="dots") as status:
        yield status


@contextmanager
def unechoed() -> Iterator[None]:
    """Keys pressed meanwhile do not show amid the answer; they wait for the next prompt."""
    if sys.stdin is None or not sys.stdin.isatty():
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = termios.tcgetattr(terminal)
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


class Answering:
    """Prints an answer: as it comes with ``streams``, else as a whole, since a pipe cannot take back what is void.

    ``again`` is said when the answer begins anew.
    """

    def __init__(self, spinner: Status | None, again: str, *, streams: bool) -> None:
        self._spinner = spinner
        self._again = again
        self._streams = streams
        self._shown = ""

    def add(self, text: str) -> None:
        if self._streams and text:
            self._calm()
            self._shown += text
            print(plain(text), end="", flush=True)

    def restart(self) -> None:
        if self._shown:
            print(f"\n{self._again}")
            self._shown = ""

    def end(self, text: str) -> None:
        """``text`` is the whole answer; what of it was not shown yet is printed."""
        self._calm()
        if not text.startswith(self._shown):
            self.restart()
        print(plain(text[len(self._shown) :]), flush=True)

    def _calm(self) -> None:
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None
