"""Edits that change nothing we look at: Telegram tells of those too."""

from __future__ import annotations

from collections import OrderedDict

from bot.incoming import Incoming

__all__ = ["Edits"]

_MOST = 5000


class Edits:
    """Remembers by their hashes what the last messages say."""

    def __init__(self) -> None:
        self._said: OrderedDict[tuple[str, str], int] = OrderedDict()

    def changes(self, said: Incoming) -> bool:
        """Whether it says anything that its message did not, as far as that is remembered."""
        return not said.edited or self._said.get(_message(said)) != _hash(said)

    def note(self, said: Incoming) -> None:
        """It was kept."""
        if said.message is None or said.act is not None:
            return
        self._said[_message(said)] = _hash(said)
        self._said.move_to_end(_message(said))
        if len(self._said) > _MOST:
            self._said.popitem(last=False)


def _message(said: Incoming) -> tuple[str, str]:
    return said.chat, said.message or ""


def _hash(said: Incoming) -> int:
    return hash((said.parts, said.command, said.arguments))
