"""The channel's messages that turns came in and went out in, in memory: what an inbox and conversations share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.columns import storable

__all__ = ["MemoryMessages"]


@dataclass(frozen=True, slots=True)
class _Message:
    channel: str
    chat: str
    id: str
    turn: int
    piece: int | None = None


class MemoryMessages:
    """Messages stay under the name their chat had when they were kept."""

    def __init__(self) -> None:
        self._kept: list[_Message] = []
        self._of_row: dict[int, tuple[int, str, str]] = {}

    def heard(self, turn: int, channel: str, chat: str, brought: Iterable[str], *, row: int | None) -> None:
        """A turn with the messages it came in; ``row`` is its inbox row."""
        if row is not None:
            self._of_row[row] = (turn, channel, chat)
        for message in brought:
            self._keep(_Message(channel, chat, message, turn))

    def went(self, row: int, piece: int, message: str) -> None:
        """The message that a piece of the reply went out in. A row without a turn has no reply."""
        if row in self._of_row:
            turn, channel, chat = self._of_row[row]
            self._keep(_Message(channel, chat, storable(message), turn, piece))

    def moved(self, channel: str, chat: str, to: str) -> None:
        """Replies to turns of the chat go out under its new name."""
        for row, (turn, *where) in self._of_row.items():
            if where == [channel, chat]:
                self._of_row[row] = (turn, channel, to)

    def newest(self, channel: str, chat: str, message: str, *, before: int | None, topics: bool) -> int | None:
        """The newest turn, before turn ``before``, that the message brought or answered in the chat or its topics."""
        wanted, chat = (storable(channel), storable(message)), storable(chat)
        turns = [
            one.turn
            for one in self._kept
            if (one.channel, one.id) == wanted and (one.chat == chat or (topics and one.chat.startswith(f"{chat}:")))
        ]
        return max((turn for turn in turns if before is None or turn < before), default=None)

    def sent(self, turn: int) -> tuple[str, ...]:
        """What the turn's reply went out in, in order."""
        pieces = [(one.piece, one.id) for one in self._kept if one.turn == turn and one.piece is not None]
        return tuple(message for _, message in sorted(pieces))

    def _keep(self, message: _Message) -> None:
        known = {(one.channel, one.chat, one.id, one.turn) for one in self._kept}
        if (message.channel, message.chat, message.id, message.turn) not in known:
            self._kept.append(message)
