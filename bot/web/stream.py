"""The stream of a chat's events: server-sent events, as the WHATWG's HTML standard has them (section 9.2)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from fastapi.sse import KEEPALIVE_COMMENT, EventSourceResponse, format_sse_event
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.web.hub import Hub
from bot.web.subscription import Subscription
from bot.web.timeline import Timeline
from storage.errors import StorageError

__all__ = ["EventStream"]

_log = structlog.get_logger()
_RETRY = 1000  # milliseconds
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # a proxy must not hold events back


class EventStream(Response):
    """Answers with events until the client goes or the hub closes. Raises Refused before it begins."""

    def __init__(self, hub: Hub, chat: str, load: Callable[[], Awaitable[Timeline]], ping: float) -> None:
        """``load`` reads the chat's timeline; ``ping`` is in seconds."""
        super().__init__()
        self._hub = hub
        self._chat = chat
        self._load = load
        self._ping = ping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._hub.subscribed(self._chat) as subscription:
            events = _events(subscription, self._load, self._ping)
            await EventSourceResponse(events, headers=_HEADERS)(scope, receive, send)


async def _events(
    subscription: Subscription, load: Callable[[], Awaitable[Timeline]], ping: float
) -> AsyncIterator[bytes]:
    """Ends when storage cannot be read: the client comes again."""
    while not subscription.closed:
        if subscription.stale():
            try:
                stored = await load()
            except StorageError as error:
                _log.warning("timeline not read", code=error.code)
                return
            yield _event(*subscription.whole(stored))
        for name, facts in subscription.news():
            yield _event(name, facts)
        if not await subscription.wait(ping):
            yield KEEPALIVE_COMMENT


def _event(name: str, facts: dict[str, object]) -> bytes:
    retry = _RETRY if name == "timeline" else None
    return format_sse_event(data_str=json.dumps(facts, separators=(",", ":")), event=name, retry=retry)
