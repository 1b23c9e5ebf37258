"""Timeline: what a chat looks like, read from storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.incoming import Incoming, IncomingPart, PayloadUnreadable
from bot.web.item import Item, State, answered_item, unanswered_item
from storage.ports import Conversations, Inbox, InboxRow, LogFilter, LoggedTurn

__all__ = ["CHANNEL", "Timeline", "Timelines"]

CHANNEL = "web"
_PAGE = 50  # items
_DEAD = 20  # dead letters


@dataclass(frozen=True, slots=True)
class Timeline:
    """Items oldest first; ``earlier`` is the turn to ask older ones by, if there are any."""

    items: tuple[Item, ...]
    earlier: int | None

    def with_live(self, live: Mapping[str, Item]) -> Timeline:
        """The same with what is known of turns under way, which storage does not tell."""
        known = {item.key for item in self.items}
        items = [live.get(item.key, item) for item in self.items]
        return replace(self, items=(*items, *(item for key, item in live.items() if key not in known)))

    def facts(self) -> dict[str, object]:
        """As JSON takes it."""
        return {"items": [item.facts() for item in self.items], "earlier": self.earlier}


class Timelines:
    """Reads timelines. Every method may raise StorageError."""

    def __init__(self, conversations: Conversations, inbox: Inbox) -> None:
        self._conversations = conversations
        self._inbox = inbox

    async def newest(self, chat: str) -> Timeline:
        """The end of the current conversation, with what waits and what was given up."""
        waiting = await self._inbox.waiting(CHANNEL, chat, after=0, limit=_PAGE)
        turns = await self._conversations.latest(CHANNEL, chat, limit=_PAGE + 1)
        dead = await self._dead(chat, turns)
        shown = turns[-_PAGE:]
        items = _merged(shown, waiting, dead)[-_PAGE:]
        return Timeline(tuple(items), _oldest(turns, {item.key for item in items}))

    async def before(self, chat: str, turn: int) -> Timeline:
        """The turns of the current conversation before this one."""
        turns = await self._conversations.latest(CHANNEL, chat, limit=_PAGE + 1, before=turn)
        shown = turns[-_PAGE:]
        items = tuple(answered_item(each, "failed") for each in shown)
        return Timeline(items, shown[0].id if len(turns) > _PAGE else None)

    async def find(self, chat: str, key: str) -> Item | None:
        """The item with this key, if it is among the newest."""
        return next((item for item in (await self.newest(chat)).items if item.key == key), None)

    async def received(self, chat: str, key: str) -> datetime | None:
        """When what waits under this key of the inbox came in."""
        rows = await self._inbox.waiting(CHANNEL, chat, after=0, limit=_PAGE)
        return next((row.accepted_at for row in rows if row.key == key), None)

    async def waiting(self, chat: str, most: int) -> int:
        """How many posts of the chat are unanswered, counted up to ``most``."""
        return len(await self._inbox.waiting(CHANNEL, chat, after=0, limit=most))

    async def refers(self, chat: str, media: str) -> str | None:
        """The kind of a part of the chat, kept or waiting, that has this media key."""
        # In the order that rows go: what is answered or given up between two questions is found by the later one.
        waiting = await self._inbox.waiting(CHANNEL, chat, after=0, limit=_PAGE)
        dead = await self._inbox.dead_of(CHANNEL, chat, limit=_DEAD)
        part = await self._conversations.shown_in(CHANNEL, chat, media)
        if part is not None:
            return part.kind
        parts = (part for row in (*waiting, *dead) for part in _parts(row))
        return next((part.kind for part in parts if getattr(part, "ref", None) == media), None)

    async def _dead(self, chat: str, turns: list[LoggedTurn]) -> list[InboxRow]:
        """The dead letters of the current conversation."""
        dead = await self._inbox.dead_of(CHANNEL, chat, limit=_DEAD)
        if not dead or (began := await self._began(chat, turns)) is None:
            return dead
        return [row for row in dead if row.accepted_at >= began]

    async def _began(self, chat: str, turns: list[LoggedTurn]) -> datetime | None:
        """When the current conversation began; ``None`` for the first of a chat, to which everything belongs: what was
        said first came in before it.
        """
        known = 0
        async for _ in self._conversations.summaries(LogFilter(channel=CHANNEL, chat=chat)):
            known += 1
            if known > 1:
                break
        if known < 2:
            return None
        current = turns[-1].conversation if turns else await self._conversations.open(CHANNEL, chat)
        found = [one async for one in self._conversations.summaries(LogFilter(conversation=current))]
        return found[0].started_at


def _merged(turns: Sequence[LoggedTurn], waiting: Sequence[InboxRow], dead: Sequence[InboxRow]) -> list[Item]:
    """Each key once, oldest first: turns and dead letters by their times, then what waits.

    ``dead`` was read last: what was given up meanwhile waits no more.
    """
    buried = {row.key for row in dead}
    waiting = [row for row in waiting if row.key not in buried]
    unfinished = {row.key for row in waiting}
    items = [answered_item(turn, "waiting" if turn.key in unfinished else "failed") for turn in turns]
    known = {item.key for item in items}
    given_up = [item for item in _items(dead, "failed") if item.key not in known]
    items = sorted([*items, *given_up], key=lambda item: item.at)
    return [*items, *(item for item in _items(waiting, "waiting") if item.key not in known)]


def _oldest(turns: Sequence[LoggedTurn], shown: set[str]) -> int | None:
    """The oldest turn that is shown, if there are older ones."""
    earlier = None
    for turn in turns:
        if answered_item(turn, "failed").key in shown:
            return turn.id if earlier else None
        earlier = turn
    return earlier.id + 1 if earlier else None


def _items(rows: Sequence[InboxRow], state: State) -> list[Item]:
    read = [(row, _incoming(row)) for row in rows]
    return [unanswered_item(said, row.accepted_at, state) for row, said in read if said is not None and said.parts]


def _parts(row: InboxRow) -> Sequence[IncomingPart]:
    said = _incoming(row)
    return () if said is None else said.parts


def _incoming(row: InboxRow) -> Incoming | None:
    """What a row holds, unless it was written by another version."""
    try:
        return Incoming.of(row.payload)
    except PayloadUnreadable:
        return None
