"""What the desk does with the rows of one turn: who may enter, what it is, and the delivery of what is said to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.ports import Wording
from bot.access import Access
from bot.answering import Answering
from bot.channel import Channel, DeliveryFailed
from bot.composing import Composing
from bot.conversing import Conversing
from bot.delivering import Delivering, Preview
from bot.fetching import Fetching
from bot.following import Following
from bot.gate import AccessGate, Gate
from bot.incoming import Incoming, Moved, Pressed
from bot.lateness import Lateness
from bot.marks import Marks
from bot.merging import merged
from bot.moving import Moving
from bot.orders.choosing import Choosing
from bot.orders.registry import Orders, usual_orders
from bot.patience import RowFailed
from bot.reading_aloud import ReadingAloud
from bot.retold import Retold
from bot.revising import Revising
from bot.said import Said
from bot.stopping import Stops
from bot.texts import language_of
from bot.tongues import Tongues
from bot.transcripts import Transcripts
from storage.ports import Inbox, InboxRow, MediaStore

__all__ = ["Turns"]


class Turns:
    """Works on inbox rows; ``work`` is the callable a Desk wants. ``access`` is by channel, if there is no ``gate``."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        conversing: Conversing,
        inbox: Inbox,
        access: Mapping[str, Access],
        wording: Wording,
        stops: Stops,
        *,
        gate: Gate | None = None,
        media: MediaStore | None = None,
        composing: Composing | None = None,
        aloud: ReadingAloud | None = None,
        orders: Orders | None = None,
        choosing: Choosing | None = None,
    ) -> None:
        self._channels = channels
        self._inbox = inbox
        self._gate = gate or AccessGate(access, wording)
        fetching = Fetching(conversing.conversations, media)
        self._lateness = Lateness(inbox, conversing.conversations, wording)
        self._answering = Answering(
            conversing,
            fetching,
            Revising(conversing.conversations, fetching, Following()),
            composing or Composing(wording, Transcripts(wording)),
            aloud or ReadingAloud(),
            self._lateness,
            stops,
        )
        self._conversations = conversing.conversations
        self._marks = Marks(conversing.conversations, wording)
        self._moving = Moving(conversing.conversations, inbox, choosing.preferences if choosing else None)
        self._orders = orders or Orders(usual_orders(conversing.conversations, wording, stops), wording)
        self._choosing = choosing
        self._tongues = Tongues(choosing.preferences if choosing else None)
        self._delivering = Delivering(inbox, conversing.conversations)
        self._retold = Retold()

    async def work(self, rows: Sequence[InboxRow]) -> str | None:
        """Answer the rows, which are one turn; the channel's id of the last message of the answer.

        Raises RowFailed, StorageError, or PayloadUnreadable.
        """
        row = rows[0]
        said = await self._tongues.heeded(merged([Incoming.of(each.payload) for each in rows]))
        channel = self._channels.get(row.channel)
        if channel is None:
            raise RowFailed("channel-unknown", retryable=False)
        preview = Preview(self._inbox, row.id, row.preview)
        try:
            if not said.addressed and not await self._lateness.is_beside_a_turn(row, said):
                await self._inbox.forget(row.id)  # came beside what might have been for us, and was not
                return None
            told = self._retold.of(row.id) or await self._told(channel, row, said, preview)
            return None if told is None else await self._deliver(channel, row, said, told, preview)
        except DeliveryFailed as error:
            raise RowFailed(error.code, retryable=error.retryable, outside=True, pause=error.retry_after) from error

    async def _deliver(
        self, channel: Channel, row: InboxRow, said: Incoming, told: Said, preview: Preview
    ) -> str | None:
        self._retold.keep(row.id, told)
        message = await self._delivering.deliver(channel, row, said, told, preview.message) if told.text else None
        self._retold.drop(row.id)
        return message

    async def _told(self, channel: Channel, row: InboxRow, said: Incoming, preview: Preview) -> Said | None:
        if isinstance(said.act, Moved):
            await self._moving.move(row, said, said.act.to)
            return None
        kept = await self._conversations.of_inbox(row.id) if row.tried_before else None
        if (refusal := await self._gate.refusal(said, row, passed=kept is not None)) is not None:
            return refusal
        if said.command:
            return await self._orders.obey(said, language_of(said.sender.locale), admin=self._gate.is_admin(said))
        if isinstance(said.act, Pressed) and said.act.what.startswith("set:"):
            language = language_of(said.sender.locale)
            return await self._choosing.pressed(said, said.act, language) if self._choosing else None
        if said.act is not None and not said.wants_another_try:
            return await self._marks.made(channel, said)
        return await self._answering.answer(channel, row, said, preview, kept)
