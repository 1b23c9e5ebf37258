"""In-memory twins of the three ports, for tests and trials. Held by the same contract suite as the real ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from agents.values import Answered, Reply, Turn, Utterance
from storage.clock import Clock, utc_now
from storage.columns import storable
from storage.conversations import kept_parts
from storage.errors import StorageMissing
from storage.inbox import fresh_row
from storage.media import is_key, key_of
from storage.ports import (
    Arrival,
    ConversationSummary,
    Heard,
    InboxRow,
    InboxState,
    LogFilter,
    LoggedPart,
    LoggedTurn,
    MediaStore,
)
from storage.records import (
    heard,
    observation_of,
    observation_record,
    reply_of,
    reply_record,
    said,
    trace_of,
    trace_record,
)

__all__ = ["MemoryConversations", "MemoryInbox", "MemoryMedia"]

_UNFINISHED = (InboxState.NEW, InboxState.RUNNING)
_NOT_DEAD = (*_UNFINISHED, InboxState.DONE)


class MemoryMedia:
    """Fills ``storage.ports.MediaStore``. Nothing is at the paths it tells."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        key = key_of(data)
        self._files[key] = data
        return key

    async def get(self, key: str) -> bytes:
        if key not in self._files:
            raise StorageMissing("media")
        return self._files[key]

    def path(self, key: str) -> Path:
        if not is_key(key):
            raise StorageMissing("not a media key")
        return Path(key[:2]) / key


class MemoryInbox:
    """Fills ``storage.ports.Inbox``."""

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._ids = count(1)
        self._rows: dict[int, InboxRow] = {}

    async def accept(self, arrivals: Sequence[Arrival]) -> list[InboxRow | None]:
        return [self._accept(fresh_row(arrival, self._clock())) for arrival in arrivals]

    async def unfinished(self) -> AsyncIterator[InboxRow]:
        for row in self._in(*_UNFINISHED):
            yield row

    async def dead(self) -> AsyncIterator[InboxRow]:
        for row in self._in(InboxState.DEAD):
            yield row

    async def waiting(self, channel: str, chat: str, *, after: int, limit: int) -> list[InboxRow]:
        wanted = (storable(channel), storable(chat))
        return [row for row in self._in(*_UNFINISHED) if (row.channel, row.chat) == wanted and row.id > after][:limit]

    async def dead_of(self, channel: str, chat: str, *, limit: int) -> list[InboxRow]:
        wanted = (storable(channel), storable(chat))
        dead = [row for row in self._in(InboxState.DEAD) if (row.channel, row.chat) == wanted]
        return dead[max(0, len(dead) - limit) :]

    async def start(self, row: int) -> InboxRow:
        found = self._find(row, *_UNFINISHED)
        self._rows[row] = replace(found, state=InboxState.RUNNING, attempts=found.attempts + 1)
        return self._rows[row]

    async def delivered(self, row: int, pieces: int) -> None:
        self._rows[row] = replace(self._find(row, *_UNFINISHED), delivered=pieces)

    async def done(self, row: int) -> None:
        self._rows[row] = replace(self._find(row, *_NOT_DEAD), state=InboxState.DONE)

    async def retry(self, row: int, error: str) -> None:
        self._rows[row] = replace(self._find(row, *_UNFINISHED), state=InboxState.NEW, error=error)

    async def bury(self, row: int, error: str) -> None:
        self._rows[row] = replace(self._find(row, *_UNFINISHED), state=InboxState.DEAD, error=error)

    async def revive(self, row: int) -> bool:
        found = self._rows.get(row)
        if found is None or found.state is not InboxState.DEAD:
            return False
        self._rows[row] = replace(found, state=InboxState.NEW, attempts=0, error=None)
        return True

    async def expire(self, days: float) -> int:
        before = self._clock() - timedelta(days=days)
        old = [row.id for row in self._in(InboxState.DONE) if row.accepted_at < before]
        for row in old:
            del self._rows[row]
        return len(old)

    def key(self, row: int) -> str | None:
        """The key of a row, as long as it is kept."""
        return self._rows[row].key if row in self._rows else None

    def _accept(self, row: InboxRow) -> InboxRow | None:
        if any((known.channel, known.key) == (row.channel, row.key) for known in self._rows.values()):
            return None
        row = replace(row, id=next(self._ids))
        self._rows[row.id] = row
        return row

    def _in(self, *states: InboxState) -> list[InboxRow]:
        return [row for row in self._rows.values() if row.state in states]

    def _find(self, row: int, *states: InboxState) -> InboxRow:
        found = self._rows.get(row)
        if found is None or found.state not in states:
            raise StorageMissing("inbox row")
        return found


@dataclass(frozen=True, slots=True)
class _Conversation:
    id: int
    channel: str
    chat: str
    started_at: datetime


class MemoryConversations:
    """Fills ``storage.ports.Conversations``. Turns have keys only beside the ``inbox`` whose rows they came in by."""

    def __init__(self, media: MediaStore, *, inbox: MemoryInbox | None = None, clock: Clock = utc_now) -> None:
        self._media = media
        self._inbox = inbox or MemoryInbox()
        self._clock = clock
        self._conversations: list[_Conversation] = []
        self._turns: list[LoggedTurn] = []
        self._of_inbox: dict[int, int] = {}

    async def open(self, channel: str, chat: str) -> int:
        channel, chat = storable(channel), storable(chat)
        known = [one.id for one in self._conversations if (one.channel, one.chat) == (channel, chat)]
        return known[-1] if known else await self.reset(channel, chat)

    async def reset(self, channel: str, chat: str) -> int:
        begun = _Conversation(len(self._conversations) + 1, storable(channel), storable(chat), self._clock())
        self._conversations.append(begun)
        return begun.id

    async def hear(
        self,
        channel: str,
        chat: str,
        turn: Turn,
        *,
        sender_id: str | None = None,
        inbox: int | None = None,
        remembered: int = 0,
    ) -> Heard:
        parts = await kept_parts(self._media, turn)
        known = None if inbox is None else self._of_inbox.get(inbox)
        if known is None:
            known = self._kept(await self.open(channel, chat), turn, parts, sender_id)
        if inbox is not None:
            self._of_inbox[inbox] = known
        its = self._turns[known - 1]
        return Heard(known, its.conversation, tuple(self._recent(its.conversation, remembered, known)), its.reply)

    def _kept(self, conversation: int, turn: Turn, parts: Sequence[LoggedPart], sender_id: str | None) -> int:
        its = self._conversations[conversation - 1]
        logged = LoggedTurn(
            id=len(self._turns) + 1,
            conversation=conversation,
            channel=its.channel,
            chat=its.chat,
            sender_id=None if sender_id is None else storable(sender_id),
            sender=None if turn.sender is None else storable(turn.sender),
            received_at=self._clock(),
            parts=tuple(parts),
        )
        self._turns.append(logged)
        return logged.id

    async def answered(self, inbox: int) -> Reply | None:
        turn = self._of_inbox.get(inbox)
        return None if turn is None else self._turns[turn - 1].reply

    async def answer(self, turn: int, answered: Answered) -> None:
        if not 1 <= turn <= len(self._turns):
            raise StorageMissing("turn")
        if self._turns[turn - 1].reply is not None:
            return
        self._turns[turn - 1] = replace(
            self._turns[turn - 1],
            observations=tuple(observation_of(observation_record(one)) for one in answered.observations),
            reply=reply_of(reply_record(answered.reply)),
            trace=trace_of(trace_record(answered.trace)),
            answered_at=self._clock(),
        )

    def _recent(self, conversation: int, limit: int, before: int) -> list[Utterance]:
        earlier = [turn for turn in self._turns if turn.conversation == conversation and turn.id < before]
        answered = [(turn, turn.reply) for turn in earlier if turn.reply is not None]
        last = answered[-limit:] if limit else []
        return [side for turn, reply in last for side in (heard(turn.parts, turn.observations), said(reply.text))]

    async def latest(self, channel: str, chat: str, *, limit: int, before: int | None = None) -> list[LoggedTurn]:
        known = [
            one.id for one in self._conversations if (one.channel, one.chat) == (storable(channel), storable(chat))
        ]
        turns = [turn for turn in self._turns if turn.conversation in known[-1:]]
        earlier = [turn for turn in turns if before is None or turn.id < before]
        return [self._with_key(turn) for turn in earlier[max(0, len(earlier) - limit) :]]

    async def shown_in(self, channel: str, chat: str, media: str) -> LoggedPart | None:
        where = LogFilter(channel=channel, chat=chat)
        parts = (part for turn in self._matching(where) for part in turn.parts if part.media == media)
        return next(parts, None)

    async def summaries(self, where: LogFilter) -> AsyncIterator[ConversationSummary]:
        only_with_turns = where.person is not None or where.since is not None or where.until is not None
        newest = {turn.conversation: turn.id for turn in self._turns}
        for one in sorted(self._conversations, key=lambda one: (newest.get(one.id, 0), one.id), reverse=True):
            turns = [turn for turn in self._matching(where) if turn.conversation == one.id]
            if turns or (not only_with_turns and _about(one, where)):
                last = max((turn.received_at for turn in turns), default=None)
                yield ConversationSummary(one.id, one.channel, one.chat, one.started_at, last, len(turns))

    async def turns(self, where: LogFilter) -> AsyncIterator[LoggedTurn]:
        for turn in list(self._matching(where)):
            yield self._with_key(turn)

    def _with_key(self, turn: LoggedTurn) -> LoggedTurn:
        row = next((row for row, heard in self._of_inbox.items() if heard == turn.id), None)
        return replace(turn, key=None if row is None else self._inbox.key(row))

    def _matching(self, where: LogFilter) -> Iterator[LoggedTurn]:
        for turn in self._turns:
            if (
                _about(self._conversations[turn.conversation - 1], where)
                and (where.person is None or storable(where.person) in (turn.sender_id, turn.sender))
                and (where.since is None or turn.received_at >= where.since)
                and (where.until is None or turn.received_at < where.until)
            ):
                yield turn


def _about(conversation: _Conversation, where: LogFilter) -> bool:
    return (
        (where.channel is None or conversation.channel == storable(where.channel))
        and (where.chat is None or conversation.chat == storable(where.chat))
        and (where.conversation is None or conversation.id == where.conversation)
    )
