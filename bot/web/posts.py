"""Posts: what a browser says, stops, or begins anew, handed to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from bot.incoming import Incoming, Sender
from bot.stopping import Stops
from bot.web.bounds import Bounds
from bot.web.hub import Hub
from bot.web.item import Item, item_key, unanswered_item
from bot.web.refusal import Refused
from bot.web.session import Visitor
from bot.web.timeline import CHANNEL, Timelines
from bot.web.uploads import Post

__all__ = ["Posts"]

_AGAIN = 5  # seconds


class Posts:
    """Hands what came in to ``accept``, which returns once it is committed, and False when it was before."""

    def __init__(
        self,
        accept: Callable[[Incoming], Awaitable[bool]],
        timelines: Timelines,
        hub: Hub,
        stops: Stops,
        bounds: Bounds,
    ) -> None:
        self._accept = accept
        self._timelines = timelines
        self._hub = hub
        self._stops = stops
        self._bounds = bounds

    async def say(self, visitor: Visitor, post: Post) -> Item:
        """A turn. The same key again is the same turn. Raises Refused or StorageError."""
        incoming = _incoming(visitor, post.key).model_copy(update={"parts": post.parts})
        item = unanswered_item(incoming, datetime.now(UTC), "waiting")
        if await self._taken(incoming):
            self._hub.arrived(visitor.chat, item)
            return item
        return await self._known(visitor.chat, post.key) or item

    async def begin_anew(self, visitor: Visitor, key: str) -> None:
        """A new conversation, after what was said before is answered. Raises Refused or StorageError."""
        await self._taken(_incoming(visitor, key).model_copy(update={"command": "reset"}))

    def stop(self, visitor: Visitor, key: str) -> None:
        """No more of the answer to this turn of the visitor's."""
        self._stops.ask(CHANNEL, _row_key(visitor, key))

    async def _taken(self, incoming: Incoming) -> bool:
        most = self._bounds.waiting
        if await self._timelines.waiting(incoming.chat, most) >= most:
            if await self._known(incoming.chat, item_key(incoming.key)):
                return False
            raise Refused("too-many-waiting", 429, retry_after=_AGAIN)
        try:
            async with asyncio.timeout(self._bounds.accept_patience):
                return await self._accept(incoming)
        except TimeoutError as exc:
            raise Refused("busy", 503, retry_after=_AGAIN) from exc

    async def _known(self, chat: str, key: str) -> Item | None:
        return self._hub.live(chat).get(key) or await self._timelines.find(chat, key)


def _incoming(visitor: Visitor, key: str) -> Incoming:
    return Incoming(
        channel=CHANNEL,
        chat=visitor.chat,
        key=_row_key(visitor, key),
        sender=Sender(id=visitor.chat, locale=visitor.language),
    )


def _row_key(visitor: Visitor, key: str) -> str:
    return f"{visitor.chat}:{key}"
