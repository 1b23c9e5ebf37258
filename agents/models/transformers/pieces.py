"""An answer on its way from the model's thread to whoever reads it: tokens become text, up to where it is to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

__all__ = ["Pieces", "Reader"]

_INCOMPLETE = "\ufffd"  # some of a character's bytes are in a token to come


class Reader:
    """Takes the pieces of one answer. ``tell`` is called in the model's thread; any thread may :meth:`leave`."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self.tell = tell
        self._gone = threading.Event()

    @property
    def gone(self) -> bool:
        return self._gone.is_set()

    def leave(self) -> None:
        """Nobody waits for the rest: generating ends with the token it is at."""
        self._gone.set()


class Pieces:
    """``decode`` makes text of tokens. Where a stop is found, the text ends before it."""

    def __init__(self, decode: Callable[[list[int]], str], stops: Sequence[str], reader: Reader) -> None:
        self._decode, self._stops, self._reader = decode, [stop for stop in stops if stop], reader
        self._hold = max((len(stop) for stop in self._stops), default=1) - 1
        self._tokens: list[int] = []
        self._context = self._read = 0  # tokens before _read are told; those from _context on decode together
        self._rest = ""
        self._stopped = False

    @property
    def over(self) -> bool:
        """Whether to write no more: a stop was found, or nobody reads on."""
        return self._stopped or self._reader.gone

    def put(self, token: int) -> None:
        """The next token."""
        self._tokens.append(token)
        before = self._decode(self._tokens[self._context : self._read])
        text = self._decode(self._tokens[self._context :])
        if len(text) > len(before) and not text.endswith(_INCOMPLETE):
            self._context, self._read = self._read, len(self._tokens)
            self._tell(text[len(before) :], self._hold)

    def end(self) -> None:
        """No more tokens will come. Said again, it tells nothing."""
        before = self._decode(self._tokens[self._context : self._read])
        self._tell(self._decode(self._tokens[self._context :])[len(before) :], 0)
        self._context = self._read = len(self._tokens)

    def _tell(self, text: str, hold: int) -> None:
        """Tell what has come, all but the last ``hold`` characters, in which a stop may have begun."""
        if self._stopped:
            return
        self._rest += text
        if found := [place for stop in self._stops if (place := self._rest.find(stop)) >= 0]:
            self._stopped, self._rest, hold = True, self._rest[: min(found)], 0
        until = max(0, len(self._rest) - hold)
        told, self._rest = self._rest[:until], self._rest[until:]
        if told:
            self._reader.tell(told)
