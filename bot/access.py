"""Who may talk to Parley: nobody until the operator says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incoming import Sender

__all__ = ["Access", "group_of"]


def group_of(chat: str) -> str:
    """The chat without its topic."""
    return chat.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Access:
    """An allow-list of ids and usernames (without @, any case), or everybody."""

    everybody: bool = False
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, setting: Sequence[str] | None) -> Access:
        """From PARLEY_ACCESS: ``open`` alone, a list, or nothing, which admits nobody."""
        names = frozenset(name.casefold() for name in setting or ())
        return cls(everybody=names == {"open"}, names=names - {"open"})

    def allows(self, sender: Sender, chat: str = "") -> bool:
        """An id counts as given, a group's for everybody who writes there; a username only when the channel vouches for
        one, and it cannot be taken for an id.
        """
        group = group_of(chat)
        if self.everybody or sender.id.casefold() in self.names or (group.startswith("-") and group in self.names):
            return True
        name = (sender.username or "").casefold()
        return name in self.names and not name.isdigit()
