"""What the workers use of the web chat: uploads out of the media store, and answers to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from agents.values import Answered, Delta, Event, Perceived, Restarted
from bot.channel import DeliveryFailed, FileGone, FileTooLarge, Known, Previewed, Watcher
from bot.incoming import Incoming
from bot.said import Choices, Said
from bot.web.hub import Hub
from bot.web.item import Item, item_key, observed, unanswered_item
from bot.web.live import Live
from bot.web.timeline import CHANNEL, Timelines
from storage.columns import storable
from storage.errors import StorageError, StorageMissing
from storage.ports import Doubt, MediaStore

__all__ = ["WebChannel"]

_FETCH = 30.0  # seconds
_LOOK = 5.0  # seconds


class WebChannel:
    """Fills ``bot.channel.Channel``. Uploads are in the media store before their post is accepted."""

    name = CHANNEL

    def __init__(self, media: MediaStore, timelines: Timelines, hub: Hub, max_bytes: int) -> None:
        self._media = media
        self._timelines = timelines
        self._hub = hub
        self._max_bytes = max_bytes
        self._answered: set[tuple[str, str]] = set()  # chat and item whose answer was told while it was made

    async def fetch(self, ref: str) -> bytes:
        try:
            async with asyncio.timeout(_FETCH):
                data = await self._media.get(ref)
        except TimeoutError as exc:
            raise DeliveryFailed("fetch took too long", retryable=True) from exc
        except StorageMissing as exc:
            raise FileGone("not kept") from exc
        except StorageError as exc:
            raise DeliveryFailed(f"fetch: {exc.code}", retryable=True) from exc
        if len(data) > self._max_bytes:
            raise FileTooLarge("as kept")
        return data

    def compose(self, said: Said) -> list[str]:
        return [said.text]

    async def send(self, to: Incoming, piece: str, instead: str | None = None) -> None:
        """Tell how the item is now. What is neither its answer nor its end is a note beside it. Never raises."""
        if to.command:
            self._hub.refresh(to.chat)
            return
        key = item_key(to.key)
        if (to.chat, key) in self._answered:
            self._answered.discard((to.chat, key))
            return
        item = await self._stored(to.chat, key)
        if item is not None and item.state not in {"waiting", "working"}:
            self._hub.publish(to.chat, item)
        else:
            self._hub.note(to.chat, key, piece)

    def newest(self, to: Incoming) -> None:
        """A page shows what is kept, however often it is told."""

    async def found(self, to: Incoming, piece: str, doubt: Doubt, known: Known, looking: Callable[[str], None]) -> None:
        """There is nothing to look for."""

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        """A page has its own buttons."""

    async def withdraw(self, to: Incoming, message: str) -> None:
        """A page shows what is kept, and has no messages of ours."""

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        return self._telling(on)

    @asynccontextmanager
    async def _telling(self, on: Incoming) -> AsyncIterator[Watcher]:
        item = unanswered_item(on, await self._received(on), "waiting")
        self._hub.begin(on.chat, item)
        try:
            yield self._watcher(on.chat, item)
        finally:
            if (on.chat, item.key) not in self._answered:
                self._hub.publish(on.chat, item)  # it waits for another try

    def _watcher(self, chat: str, item: Item) -> Watcher:
        def tell(how: Callable[[Live], None]) -> None:
            self._hub.change(chat, item.key, how)

        def watch(event: Event) -> None:
            match event:
                case Perceived(observation):
                    tell(lambda live: live.perceived(observation))
                case Delta(text):
                    tell(lambda live: live.piece(text))
                case Restarted():
                    tell(Live.restarted)
                case Answered():
                    self._answered.add((chat, item.key))
                    self._hub.publish(chat, _finished(item, event))

        return watch

    async def _received(self, on: Incoming) -> datetime:
        try:
            async with asyncio.timeout(_LOOK):
                received = await self._timelines.received(on.chat, on.key)
        except (StorageError, TimeoutError):
            received = None
        return received or datetime.now(UTC)

    async def _stored(self, chat: str, key: str) -> Item | None:
        try:
            async with asyncio.timeout(_LOOK):
                return await self._timelines.find(chat, key)
        except (StorageError, TimeoutError):
            return None


def _finished(item: Item, event: Answered) -> Item:
    reply = event.reply
    return Item(
        key=item.key,
        state="stopped" if reply.stopped else "done",
        at=item.at,
        parts=item.parts,
        observations=observed(event.observations),
        text=storable(reply.text),
        language=reply.language,
    )
