"""What people did, noted beside Telegram and the bot, to hold both against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.emulator import Posted
from tests.emulator.people import AnyoneSpeaking
from tests.kill.places import Address, Place

__all__ = ["Journal", "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """A message with a mark. ``quotes`` are the marks of what it answers, ``instead`` that of what it was before."""

    number: int
    place: Place
    posted: Posted
    by: AnyoneSpeaking
    kind: str
    update: int
    quotes: frozenset[int] = frozenset()
    instead: int | None = None
    album: str | None = None

    @property
    def key(self) -> str:
        """What tells its message from others in the inbox, but for edits."""
        chat, _, business = self.place.name.partition("@")
        return f"{chat.partition(':')[0]}{'@' + business if business else ''}/{self.posted.message_id}"


@dataclass(slots=True)
class Journal:
    said: dict[int, Said] = field(default_factory=dict)
    commands: Counter[Address] = field(default_factory=Counter)
    presses: Counter[str] = field(default_factory=Counter)
    asked_again: set[int] = field(default_factory=set)  # marks of answers that were wanted once more
    repeated: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _places: dict[Address, list[Said]] = field(default_factory=dict)

    def number(self) -> int:
        return next(self._numbers)

    def note(self, said: Said) -> None:
        self.said[said.number] = said
        self._places.setdefault(said.place.address, []).append(said)

    def of(self, place: Place) -> list[Said]:
        """All of a chat, in order."""
        return self._places.get(place.address, [])

    def marks_in(self, said: Said) -> frozenset[int]:
        """All that stood in its message so far."""
        same = (one for one in self.of(said.place) if one.posted.message_id == said.posted.message_id)
        return frozenset(one.number for one in same)

    def own(self, numbers: Iterable[int]) -> frozenset[int]:
        """The marks that are not only there because another one's message quotes theirs."""
        found = frozenset(numbers)
        quoted = frozenset().union(*(self.said[number].quotes for number in found if number in self.said))
        return found - quoted

    @property
    def replaced(self) -> frozenset[int]:
        """Marks of what was edited, which need no answer any more."""
        return frozenset(said.instead for said in self.said.values() if said.instead is not None)

    def albums(self) -> dict[str, list[Said]]:
        found: dict[str, list[Said]] = {}
        for said in self.said.values():
            if said.album is not None:
                found.setdefault(said.album, []).append(said)
        return found
