"""What the workers use of Telegram: files in, answers out, and what is seen while one is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bot.channel import Known, Previewed, Watcher
from bot.choices import Buttons, name_a_turn
from bot.incoming import Incoming, Pressed, Reacted
from bot.said import Choices, Said
from bot.telegram.address import CHANNEL, Address
from bot.telegram.client import TelegramClient
from bot.telegram.doubts import Doubts
from bot.telegram.files import Files
from bot.telegram.growing import Growing
from bot.telegram.pieces import Piece, TextPiece, pieces_of
from bot.telegram.place import Place
from bot.telegram.sending import Sending
from bot.telegram.showing import Drafts, PreviewMessage, Showing
from bot.telegram.signs import Signs
from bot.telegram.streaming import Streaming
from bot.texts import Texts, language_of
from bot.transcripts import Transcripts
from storage.ports import Doubt

__all__ = ["TelegramChannel"]

# Seconds between edits of a growing answer, at first.
_EVERY_IN_GROUPS = 3.0
_EVERY = 2.0
# Ids behind the newest one, among which there is looked for what may have been sent. A group has few edits to spare.
_LOOKED_AT = 16
_LOOKED_AT_IN_GROUPS = 4


class TelegramChannel:
    """Fills ``bot.channel.Channel``. Files beyond ``max_bytes`` are not fetched.

    ``stream``: answers that take longer are seen while they grow.
    """

    name = CHANNEL

    def __init__(
        self, client: TelegramClient, max_bytes: int, *, stream: bool = True, transcripts: Transcripts | None = None
    ) -> None:
        self._bot = client.bot
        self._numbering = client.numbering
        self._files = Files(client, max_bytes)
        self._sending = Sending(client.bot, client.numbering)
        self._stream = stream
        self._transcripts = transcripts or Transcripts(Texts())
        self._doubts = Doubts()
        self._late: set[asyncio.Task[None]] = set()

    async def fetch(self, ref: str) -> bytes:
        return await self._files.fetch(ref)

    def compose(self, said: Said) -> tuple[Piece, ...]:
        return pieces_of(said)

    async def send(self, to: Incoming, piece: Piece, instead: str | None = None) -> str | None:
        """In a group, as a reply. A message that can no longer be changed stays, and a new one is sent."""
        place = Place.of(to)
        if instead is not None and await self._takes_place(place, piece, instead):
            return instead
        return await self._sending.send(place, piece)

    async def _takes_place(self, place: Place, piece: Piece, message: str) -> bool:
        """Whether the piece is there now, in the place of that message."""
        if not isinstance(piece, TextPiece):
            await self._sending.remove(place, message)
            return False
        if self._doubts.settle(place.address, message) and await self._sending.remove(place, message):
            return False  # an edit that comes later finds nothing to change
        return await self._sending.replace(place, piece, message)

    def newest(self, to: Incoming) -> str | None:
        self._note(to)
        newest = self._numbering.newest(Address.of(to.chat))
        return str(newest) if newest else None

    async def found(
        self, to: Incoming, piece: Piece, doubt: Doubt, known: Known, looking: Callable[[str], None]
    ) -> str | None:
        """Told by its buttons, where they name its turn: no other message has those."""
        place, after = Place.of(to), int(doubt.after)
        if not isinstance(piece, TextPiece) or not name_a_turn(piece.choices):
            return None
        if doubt.looked and await self._sending.became(place, piece, doubt.after):
            return doubt.after
        self._numbering.note(place.address, after)
        left = _LOOKED_AT_IN_GROUPS if place.address.is_group else _LOOKED_AT
        for number in self._numbering.unknown(place.address, after):
            message = str(number)
            if await known(str(place.address.without_topic), message):
                continue
            looking(message)
            if await self._sending.bears(place, message, piece.choices):
                self._numbering.note(place.address, number)
                return message
            left -= 1
            if not left:
                break
        return None

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        await self._sending.adorn(Place.of(to), message, choices)

    async def withdraw(self, to: Incoming, message: str) -> None:
        await self._sending.remove(Place.of(to), message)

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        """Show signs, and the growing answer, as long as the context lasts. Never raises.

        Leaving it waits for Telegram at most 3 s, and only for a call that would else come after the answer.
        """
        self._note(on)  # of the next that is sent it is known then where it will stand at least
        return self._working(on, previewed, preview)

    def _note(self, on: Incoming) -> None:
        message = on.act.message if isinstance(on.act, Pressed | Reacted) else on.message
        if message is not None:
            self._numbering.note(Address.of(on.chat), int(message))

    @asynccontextmanager
    async def _working(self, on: Incoming, previewed: Previewed, preview: str | None) -> AsyncIterator[Watcher]:
        growing, place = Growing(on, self._transcripts), Place.of(on)
        showing = self._showing(on, place, previewed, preview) if self._stream else None
        streaming = Streaming(growing, showing) if showing is not None else None
        seen = streaming.shown_within if streaming is not None else _never
        signs = asyncio.create_task(Signs(self._bot, place, growing, seen).run(), name="telegram-signs")
        try:
            yield growing.watch
        finally:
            signs.cancel()
            await asyncio.gather(signs, return_exceptions=True)
            if streaming is not None and showing is not None:
                await self._end(streaming, showing, place)

    def _showing(self, on: Incoming, place: Place, previewed: Previewed, preview: str | None) -> Showing:
        """Drafts where there are such, unless the answer takes the place of a message that stands already."""
        business = place.address.business is not None
        if not place.address.is_group and not business and preview is None:
            return Drafts(self._bot, place, on)
        every = _EVERY_IN_GROUPS if place.address.is_group else _EVERY
        stop = Buttons(self._transcripts.wording).stop(language_of(on.sender.locale))
        choices = () if on.host is not None else stop
        return PreviewMessage(self._bot, self._sending, place, choices, previewed, preview, every)

    async def _end(self, streaming: Streaming, showing: Showing, place: Place) -> None:
        late = await streaming.end()
        if late is not None:
            self._late.add(late)
            late.add_done_callback(self._late.discard)
        if isinstance(showing, PreviewMessage) and showing.in_doubt and showing.message is not None:
            self._doubts.note(place.address, showing.message)


def _never(seconds: float) -> bool:
    """Whether the answer was seen growing, where it is not shown before it is whole."""
    return False
