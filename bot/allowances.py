"""How much a person, and a chat, may ask for: messages a minute, photos and seconds of sound a day."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.counted import Counted
from bot.incoming import Incoming, IncomingMedia
from storage.ports import InboxRow, Usage

__all__ = ["Allowance", "Allowances", "Spent"]

_MINUTE = 60.0  # seconds
_MOST = 20_000  # people and chats whose last minute is remembered, or that they were refused something today
_SOUNDS = frozenset({"voice", "video"})
_LIKELY = 32_000 / 8  # bytes a second of a recording whose length nobody told: a voice note's, so at most too long


@dataclass(frozen=True, slots=True)
class Allowance:
    """0 is without bound. ``sound`` in seconds a day."""

    messages: float = 0.0
    sound: float = 0.0
    photos: float = 0.0


@dataclass(frozen=True, slots=True)
class Spent:
    """What there is no more of: ``messages``, ``sound`` or ``photos``; and the seconds until there is some again.

    ``never``: more was asked at once than there is in all. ``again``: another message of the chat was refused for the
    same since there was some last.
    """

    kind: str
    wait: float
    never: bool = False
    again: bool = False


class _Refused:
    """Who was refused what today, and for which row of the inbox first."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._first: dict[tuple[str, str, str], int] = {}

    def before(self, what: tuple[str, str, str], row: int, day: date) -> bool:
        """Whether another row was; that this one is now is noted. Where too much is to be remembered, one was."""
        if day != self._day:
            self._day, self._first = day, {}
        if what not in self._first and len(self._first) >= _MOST:
            return True
        return self._first.setdefault(what, row) != row


@dataclass(slots=True)
class Allowances:
    """Days begin at midnight UTC and are kept; a minute is only remembered."""

    usage: Usage
    person: Allowance
    chat: Allowance
    wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = time.monotonic
    counted: Counted = field(default_factory=Counted)
    _minutes: OrderedDict[str, dict[int, float]] = field(default_factory=OrderedDict)  # when rows came, by holder
    _refused: _Refused = field(default_factory=_Refused)

    async def spend(self, said: Incoming, row: InboxRow) -> Spent | None:
        """Count what was said, unless there is not enough left of something. Raises StorageError.

        What is refused for its photos or sound is a message all the same. A row counts once, however often it is tried.
        """
        asked = _asked(await self.counted.new(said))
        today = self.wall()
        holders = {f"{said.channel}/person/{said.sender.id}": self.person}
        if said.crowd:
            group = said.chat.partition(":")[0]  # with all its topics
            holders[f"{said.channel}/chat/{group}"] = self.chat
        for holder, allowance in holders.items():
            if (wait := self._wait(holder, allowance.messages, row.id)) > 0:
                return Spent("messages", wait)
            if (kind := await self._exceeded(holder, allowance, asked, today.date(), row.id)) is not None:
                self._note(holders, row.id)
                never = asked[kind] > getattr(allowance, kind)
                again = not never and self._refused.before((said.chat, holder, kind), row.id, today.date())
                return Spent(kind, _until_midnight(today), never, again)
        self._note(holders, row.id)
        for holder in holders:
            for kind, amount in asked.items():
                await self.usage.use(holder, today.date(), kind, amount, row=row.id)
        self.counted.note(said)
        return None

    async def _exceeded(
        self, holder: str, allowance: Allowance, asked: Mapping[str, float], day: date, row: int
    ) -> str | None:
        bounds = {"sound": allowance.sound, "photos": allowance.photos}
        wanted = {kind: amount for kind, amount in asked.items() if bounds[kind]}
        if not wanted:
            return None
        used = await self.usage.used(holder, day, besides=row)
        return next((kind for kind, more in wanted.items() if used.get(kind, 0.0) + more > bounds[kind]), None)

    def _wait(self, holder: str, most: float, row: int) -> float:
        """Seconds until one more message fits into the last minute."""
        came, now = self._minutes.get(holder, {}), self.clock()
        while came and now - came[oldest := next(iter(came))] >= _MINUTE:
            del came[oldest]
        if not most or len(came) < most or row in came:
            return 0.0
        return next(iter(came.values())) + _MINUTE - now

    def _note(self, holders: Iterable[str], row: int) -> None:
        for holder in holders:
            self._minutes.setdefault(holder, {}).setdefault(row, self.clock())
            self._minutes.move_to_end(holder)
            if len(self._minutes) > _MOST:
                self._minutes.popitem(last=False)


def _asked(media: Sequence[IncomingMedia]) -> dict[str, float]:
    """What media take of an allowance."""
    photos = sum(part.kind in {"photo", "video"} for part in media)
    sound = sum(_seconds(part) for part in media if part.kind in _SOUNDS)
    return {kind: amount for kind, amount in (("photos", float(photos)), ("sound", sound)) if amount}


def _seconds(part: IncomingMedia) -> float:
    if part.seconds is not None:
        return part.seconds
    return 0.0 if part.kind == "video" else (part.size or 0) / _LIKELY


def _until_midnight(now: datetime) -> float:
    tomorrow = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=now.tzinfo)
    return (tomorrow - now).total_seconds()
