"""The answer to a turn: fetched, kept, answered, and given the form it is sent in."""

from __future__ import annotations

from dataclasses import dataclass

from agents.values import Answered, Turn
from bot.channel import Channel
from bot.composing import Composing
from bot.conversing import Conversing
from bot.delivering import Preview
from bot.fetching import Fetching
from bot.incoming import Incoming
from bot.patience import RowFailed
from bot.said import Said
from bot.stopping import Stops
from storage.ports import Heard, InboxRow

__all__ = ["Answering"]


@dataclass(frozen=True, slots=True)
class Answering:
    conversing: Conversing
    fetching: Fetching
    composing: Composing
    stops: Stops

    async def answer(self, channel: Channel, row: InboxRow, said: Incoming, preview: Preview) -> Said:
        """Raises DeliveryFailed, RowFailed, StorageError."""
        if row.attempts > 1:
            kept = await self.conversing.conversations.of_inbox(row.id)
            if kept is not None and kept.reply is not None:
                # without fetching its files again
                return await self.composing.said(said, kept.id, kept.reply, kept.observations)
        with self.stops.heeded(said.channel, said.key) as stop:
            async with channel.working(said, preview.keep, preview.message) as watcher:
                turn = await self.fetching.turn(channel, said)
                heard = await self._heard(row, said, turn)
                if heard.reply is not None:
                    return await self.composing.said(said, heard.turn, heard.reply, ())
                async for event in self.conversing.answer(heard, turn, stop):
                    watcher(event)
                    if isinstance(event, Answered):
                        return await self.composing.said(said, heard.turn, event.reply, event.observations)
        raise RowFailed("no-answer", retryable=True)

    async def _heard(self, row: InboxRow, said: Incoming, turn: Turn) -> Heard:
        messages = [part.message for part in said.parts]
        return await self.conversing.hear(
            said.channel, said.chat, turn, sender_id=said.sender.id, inbox=row.id, messages=messages
        )
