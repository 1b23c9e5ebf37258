"""Posts: what a browser says, stops, or begins anew, handed to the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import structlog

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

_log = structlog.get_logger()
_AGAIN = 5  # seconds
_MOST_ACCEPTING = 500  # posts on their way into the inbox


class Posts:
    """Hands what came in to ``accept``, which returns once it is committed, and False when it was before."""

    def __init__(
        self,
        accept: Callable[[Incoming], Coroutine[Any, Any, bool]],
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
        self._accepting: set[asyncio.Task[bool]] = set()

    async def say(self, visitor: Visitor, post: Post) -> Item:
        """A turn. The same key again is the same turn. Raises Refused or StorageError."""
        incoming = _incoming(visitor, post.key).model_copy(update={"parts": post.parts})
        item = unanswered_item(incoming, datetime.now(UTC), "waiting")
        if await self._taken(incoming):
            self._hub.arrived(visitor.chat, item)
            return item
        return await self._known(visitor.chat, post.key) or replace(item, state="done")

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
        if len(self._accepting) >= _MOST_ACCEPTING:
            raise Refused("busy", 503, retry_after=_AGAIN)
        return await self._accepted(incoming)

    async def _accepted(self, incoming: Incoming) -> bool:
        """What ``accept`` says. It is never broken off, since what is committed has to be queued as well."""
        task = asyncio.create_task(self._accept(incoming))
        self._accepting.add(task)
        task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=self._bounds.accept_patience)
        if not task.done():
            raise Refused("busy", 503, retry_after=_AGAIN)
        return task.result()

    def _ended(self, task: asyncio.Task[bool]) -> None:
        self._accepting.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.warning("post not accepted", error=type(error).__name__)

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
