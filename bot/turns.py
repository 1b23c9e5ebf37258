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
from bot.gate import AccessGate, Gate
from bot.incoming import Incoming
from bot.merging import merged
from bot.orders import Orders
from bot.patience import RowFailed
from bot.said import Said
from bot.stopping import Stops
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
    ) -> None:
        self._channels = channels
        self._inbox = inbox
        self._gate = gate or AccessGate(access, wording)
        fetching = Fetching(conversing.conversations, media)
        self._answering = Answering(conversing, fetching, composing or Composing(wording), stops)
        self._orders = Orders(conversing.conversations, wording)
        self._delivering = Delivering(inbox)

    async def work(self, rows: Sequence[InboxRow]) -> str | None:
        """Answer the rows, which are one turn; the channel's id of the last message of the answer.

        Raises RowFailed, StorageError, or PayloadUnreadable.
        """
        row = rows[0]
        said = merged([Incoming.of(each.payload) for each in rows])
        channel = self._channels.get(row.channel)
        if channel is None:
            raise RowFailed("channel-unknown", retryable=False)
        preview = Preview(self._inbox, row.id, row.preview)
        try:
            told = await self._told(channel, row, said, preview)
            if told is None or not told.text:
                return None
            return await self._delivering.deliver(channel, row, said, told, preview.message)
        except DeliveryFailed as error:
            raise RowFailed(error.code, retryable=error.retryable, outside=True, pause=error.retry_after) from error

    async def _told(self, channel: Channel, row: InboxRow, said: Incoming, preview: Preview) -> Said | None:
        if not said.addressed:
            return None  # came beside what might have been for us, and was not
        if (refusal := await self._gate.refusal(said, row)) is not None:
            return refusal
        if said.command:
            return await self._orders.obey(said)
        return await self._answering.answer(channel, row, said, preview)
