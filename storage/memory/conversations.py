"""Conversations in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace

from agents.values import Answered, Turn, Utterance
from storage.clock import Clock, utc_now
from storage.columns import in_utc, storable
from storage.errors import StorageMissing
from storage.hearing import kept_parts
from storage.memory.chats import MemoryChats
from storage.memory.inbox import MemoryInbox
from storage.memory.preferences import MemoryPreferences
from storage.memory.replacing import line_of
from storage.messages import brought_by
from storage.ports import ConversationSummary, Heard, LogFilter, LoggedPart, LoggedTurn, MediaStore, Rating
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

__all__ = ["MemoryConversations"]


class MemoryConversations:
    """Fills ``storage.ports.Conversations``.

    Turns have keys and messages of replies only beside the ``inbox`` whose rows they came in by, and choices move
    along only in ``preferences``.
    """

    def __init__(
        self,
        media: MediaStore,
        *,
        inbox: MemoryInbox | None = None,
        preferences: MemoryPreferences | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._media = media
        self._inbox = inbox or MemoryInbox()
        self._messages = self._inbox.messages
        self._preferences = preferences or MemoryPreferences()
        self._clock = clock
        self._chats = MemoryChats(self._last_turn)
        self._turns: list[LoggedTurn] = []
        self._of_inbox: dict[int, int] = {}

    async def open(self, channel: str, chat: str) -> int:
        current = self._chats.current(channel, chat)
        return await self.reset(channel, chat) if current is None else current.id

    async def reset(self, channel: str, chat: str) -> int:
        return self._chats.begin(channel, chat, self._clock()).id

    async def hear(
        self,
        channel: str,
        chat: str,
        turn: Turn,
        *,
        sender_id: str | None = None,
        inbox: int | None = None,
        remembered: int = 0,
        messages: Sequence[str | None] = (),
        replaces: int | None = None,
    ) -> Heard:
        parts = await kept_parts(self._media, turn, messages)
        known = None if inbox is None else self._of_inbox.get(inbox)
        if known is None:
            replaced = None if replaces is None else self._of_chat(channel, chat, replaces)
            where = await self.open(channel, chat) if replaced is None else replaced.conversation
            its = self._kept(where, turn, parts, sender_id, replaced)
            self._messages.heard(its.id, its.channel, its.chat, brought_by(parts), row=inbox)
            known = its.id
        if inbox is not None:
            self._of_inbox[inbox] = known
        its = self._turns[known - 1]
        current = self._chats.current(channel, chat)
        history = self._recent(its, remembered) if current is not None and current.id == its.conversation else []
        return Heard(known, its.conversation, tuple(history), its.reply)

    def _kept(
        self,
        conversation: int,
        turn: Turn,
        parts: Sequence[LoggedPart],
        sender_id: str | None,
        replaced: LoggedTurn | None,
    ) -> LoggedTurn:
        its = self._chats[conversation]
        logged = LoggedTurn(
            id=len(self._turns) + 1,
            conversation=conversation,
            channel=its.channel,
            chat=its.chat,
            sender_id=None if sender_id is None else storable(sender_id),
            sender=None if turn.sender is None else storable(turn.sender),
            received_at=self._clock(),
            parts=tuple(parts),
            locale=None if turn.locale is None else storable(turn.locale),
            crowd=turn.crowd,
            replaces=None if replaced is None else replaced.id,
        )
        self._turns.append(logged)
        return logged

    async def turn(self, channel: str, chat: str, turn: int) -> LoggedTurn | None:
        found = self._of_chat(channel, chat, turn)
        return None if found is None else self._whole(found)

    async def of_message(
        self, channel: str, chat: str, message: str, *, before: int | None = None, topics: bool = False
    ) -> LoggedTurn | None:
        newest = self._messages.newest(channel, chat, message, before=before, topics=topics)
        return None if newest is None else self._whole(self._turns[newest - 1])

    async def rate(self, channel: str, chat: str, turn: int, rating: Rating) -> None:
        if (rated := self._of_chat(channel, chat, turn)) is None:
            raise StorageMissing("turn")
        reason = None if rating.reason is None else storable(rating.reason)
        thought = Rating(storable(rating.sender_id), rating.good, reason, in_utc(rating.at or self._clock()))
        self._turns[turn - 1] = _rated(rated, thought.sender_id, thought)

    async def unrate(self, channel: str, chat: str, turn: int, sender_id: str) -> None:
        if (rated := self._of_chat(channel, chat, turn)) is not None:
            self._turns[turn - 1] = _rated(rated, storable(sender_id))

    async def move(self, channel: str, chat: str, to: str) -> None:
        channel, chat, to = storable(channel), storable(chat), storable(to)
        if chat == to:
            return
        self._chats.move(channel, chat, to)
        for at, turn in enumerate(self._turns):
            if (turn.channel, turn.chat) == (channel, chat):
                self._turns[at] = replace(turn, chat=to)
        self._messages.moved(channel, chat, to)
        self._preferences.moved(channel, chat, to)

    async def of_inbox(self, inbox: int) -> LoggedTurn | None:
        turn = self._of_inbox.get(inbox)
        return None if turn is None else self._whole(self._turns[turn - 1])

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
        if self._turns[turn - 1].replaces is not None:
            self._stand_for_earlier(turn)

    def _stand_for_earlier(self, turn: int) -> None:
        line = line_of(self._turns, turn)
        for one in line - {max(line)}:
            self._turns[one - 1] = replace(self._turns[one - 1], replaced_by=max(line))

    def _recent(self, now: LoggedTurn, limit: int) -> list[Utterance]:
        line = line_of(self._turns, now.id)
        earlier = [turn for turn in self._turns[: now.id - 1] if turn.conversation == now.conversation]
        standing = [turn for turn in earlier if turn.replaced_by is None and turn.id not in line]
        answered = [(turn, turn.reply) for turn in standing if turn.reply is not None]
        return [
            side
            for turn, reply in (answered[-limit:] if limit else [])
            for side in (
                heard(turn.parts, turn.observations, turn.sender if turn.crowd else None),
                said(reply.text),
            )
        ]

    async def latest(self, channel: str, chat: str, *, limit: int, before: int | None = None) -> list[LoggedTurn]:
        current = self._chats.current(channel, chat)
        turns = [turn for turn in self._turns if current is not None and turn.conversation == current.id]
        earlier = [turn for turn in turns if before is None or turn.id < before]
        return [self._whole(turn) for turn in earlier[max(0, len(earlier) - limit) :]]

    async def shown_in(self, channel: str, chat: str, media: str) -> LoggedPart | None:
        where = LogFilter(channel=channel, chat=chat)
        parts = (part for turn in self._matching(where) for part in turn.parts if part.media == media)
        return next(parts, None)

    async def summaries(self, where: LogFilter) -> AsyncIterator[ConversationSummary]:
        only_with_turns = where.person is not None or where.since is not None or where.until is not None
        for one in self._chats:
            turns = [turn for turn in self._matching(where) if turn.conversation == one.id]
            if turns or (not only_with_turns and one.is_about(where)):
                last = max((turn.received_at for turn in turns), default=None)
                yield ConversationSummary(one.id, one.channel, one.chat, one.started_at, last, len(turns))

    async def turns(self, where: LogFilter) -> AsyncIterator[LoggedTurn]:
        for turn in list(self._matching(where)):
            yield self._whole(turn)

    def _last_turn(self, conversation: int) -> int:
        return max((turn.id for turn in self._turns if turn.conversation == conversation), default=0)

    def _of_chat(self, channel: str, chat: str, turn: int) -> LoggedTurn | None:
        found = self._turns[turn - 1] if 1 <= turn <= len(self._turns) else None
        wanted = (storable(channel), storable(chat))
        return found if found is not None and (found.channel, found.chat) == wanted else None

    def _whole(self, turn: LoggedTurn) -> LoggedTurn:
        row = next((row for row, heard in self._of_inbox.items() if heard == turn.id), None)
        key = None if row is None else self._inbox.key(row)
        return replace(turn, key=key, sent=self._messages.sent(turn.id))

    def _matching(self, where: LogFilter) -> Iterator[LoggedTurn]:
        for turn in self._turns:
            if (
                self._chats[turn.conversation].is_about(where)
                and (where.person is None or storable(where.person) in (turn.sender_id, turn.sender))
                and (where.since is None or turn.received_at >= where.since)
                and (where.until is None or turn.received_at < where.until)
            ):
                yield turn


def _rated(turn: LoggedTurn, sender_id: str, *thought: Rating) -> LoggedTurn:
    others = [rating for rating in turn.ratings if rating.sender_id != sender_id]
    return replace(turn, ratings=tuple(sorted((*others, *thought), key=lambda rating: rating.sender_id)))
