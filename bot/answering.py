"""The answer to a turn: fetched, kept, answered, and given the form it is sent in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from agents.values import Answered, Observation, Reply, Trace, Turn
from bot.channel import Channel, Watcher
from bot.composing import Composing
from bot.conversing import Conversing
from bot.delivering import Preview
from bot.fetching import Fetching
from bot.incoming import Incoming
from bot.lateness import Late, Lateness
from bot.patience import RowFailed
from bot.reading_aloud import ReadingAloud
from bot.revising import Revised, Revising
from bot.said import Said
from bot.stopping import Stops
from storage.ports import Heard, InboxRow, LoggedTurn

__all__ = ["Answering"]


@dataclass(frozen=True, slots=True)
class Answering:
    conversing: Conversing
    fetching: Fetching
    revising: Revising
    composing: Composing
    aloud: ReadingAloud
    lateness: Lateness
    stops: Stops

    async def answer(
        self, channel: Channel, row: InboxRow, said: Incoming, preview: Preview, kept: LoggedTurn | None = None
    ) -> Said | None:
        """What to say, None where nothing is; ``kept`` is the turn that an earlier try of the row has left.

        Raises DeliveryFailed, RowFailed, StorageError.
        """
        earlier = await self.revising.earlier(said, kept)
        takes_place = earlier is not None and not said.wants_another_try
        if said.wants_another_try and (earlier is None or (kept is None and earlier.replaced_by is not None)):
            return None  # a button of another chat, of a turn that is no more, or pressed twice
        if earlier is not None and takes_place:
            if said.edited and kept is None and await self.revising.changes_nothing(channel, earlier, said):
                return None
            preview.message = preview.message or next(iter(earlier.sent), None)  # the new answer grows in its place
        late = Late(said) if takes_place else await self.lateness.of(row, said)
        if kept is not None and kept.reply is not None:  # without fetching its files again
            told = await self._said(said, kept.id, kept.reply, kept.observations, kept.trace)
        else:
            told = await self._told(channel, row, late.said, preview, earlier)
        told = self.lateness.noted(told, late, said)
        if earlier is None:
            self.revising.following.note(said)
        return replace(told, instead=earlier.sent) if earlier is not None and takes_place else told

    async def _told(
        self, channel: Channel, row: InboxRow, said: Incoming, preview: Preview, earlier: LoggedTurn | None
    ) -> Said:
        with self.stops.heeded(said.channel, said.key, said.chat) as stop:
            async with channel.working(said, preview.keep, preview.message) as watcher:
                asked = await self._asked(channel, said, earlier)
                heard = await self._heard(row, said, asked, earlier)
                if heard.reply is not None:
                    return await self._said(said, heard.turn, heard.reply, (), None)
                answered = await self._answered(heard, asked.turn, stop, watcher)
                return await self._said(said, heard.turn, answered.reply, answered.observations, answered.trace)

    async def _answered(self, heard: Heard, turn: Turn, stop: asyncio.Event, watcher: Watcher) -> Answered:
        async for event in self.conversing.answer(heard, turn, stop):
            watcher(event)
            if isinstance(event, Answered):
                return event
        raise RowFailed("no-answer", retryable=True)

    async def _asked(self, channel: Channel, said: Incoming, earlier: LoggedTurn | None) -> Revised:
        if earlier is None:
            turn = await self.fetching.turn(channel, said)
            return Revised(turn, tuple(part.message for part in said.parts))
        if said.edited:
            return await self.revising.edited(channel, earlier, said)
        if said.wants_another_try:
            return await self.revising.once_more(earlier, said)
        return await self.revising.continued(channel, earlier, said)

    async def _heard(self, row: InboxRow, said: Incoming, asked: Revised, earlier: LoggedTurn | None) -> Heard:
        """Another try is of what its first sender said, whoever asks for it."""
        again = said.wants_another_try and earlier is not None
        return await self.conversing.hear(
            said.channel,
            said.chat,
            asked.turn,
            sender_id=earlier.sender_id if again and earlier else said.sender.id,
            inbox=row.id,
            messages=asked.messages,
            replaces=asked.replaces,
        )

    async def _said(
        self, said: Incoming, turn: int, reply: Reply, seen: tuple[Observation, ...], trace: Trace | None
    ) -> Said:
        told = await self.composing.said(said, turn, reply, seen, trace)
        if not await self.aloud.wanted(said):
            return told

        async def speak(watcher: Watcher) -> bytes | None:
            watcher(Answered(reply, seen, Trace((), (), 0.0)))
            return await self.aloud.voice(told.text, reply.language)

        return replace(told, speak=speak)
