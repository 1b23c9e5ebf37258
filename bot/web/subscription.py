"""Subscription: what one reader has yet to be told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping

from bot.web.item import Item
from bot.web.live import Live
from bot.web.timeline import Timeline

__all__ = ["Subscription"]

_MOST_CHANGED = 100  # items; a reader that is further behind is told everything anew
_MOST_NOTES = 20
Told = tuple[str, dict[str, object]]  # the name of an event and what it says


class Subscription:
    """Keeps no events but what changed and how much of it was told, so a slow reader takes no more memory.

    A reader asks round after round: :meth:`stale`, and if so :meth:`whole`, then :meth:`news`, then :meth:`wait`.
    """

    def __init__(self, live: Mapping[str, Live]) -> None:
        self._live = live
        self._changed: dict[str, Item | None] = {}  # None where the turn is under way
        self._notes: deque[Told] = deque(maxlen=_MOST_NOTES)
        self._told: dict[str, tuple[int, int]] = {}  # of turns under way: the revision and the length of text told
        self._wake = asyncio.Event()
        self._stale = True
        self.closed = False

    def changed(self, key: str, item: Item | None = None) -> None:
        """An item is new or changed: ``item``, or what is under way by this key."""
        self._changed[key] = item
        if len(self._changed) > _MOST_CHANGED:
            self._stale = True
            self._changed.clear()
        self._wake.set()

    def noted(self, key: str | None, text: str) -> None:
        self._notes.append(("note", {"key": key, "text": text}))
        self._wake.set()

    def renew(self) -> None:
        self._stale = True
        self._wake.set()

    def close(self) -> None:
        self.closed = True
        self._wake.set()

    def stale(self) -> bool:
        """Whether everything is to be told anew, by reading storage after this call; asked once in each round."""
        self._wake.clear()
        stale, self._stale = self._stale, False
        if stale:
            self._changed.clear()
        return stale

    def whole(self, stored: Timeline) -> Told:
        """Storage's view with what is under way."""
        self._told = {key: (live.revision, len(live.text)) for key, live in self._live.items()}
        return "timeline", stored.with_live({key: live.item for key, live in self._live.items()}).facts()

    def news(self) -> list[Told]:
        """What was not told before."""
        changed, self._changed = self._changed, {}
        told = [event for key, item in changed.items() for event in self._news(key, item)]
        told.extend(self._notes)
        self._notes.clear()
        return told

    async def wait(self, seconds: float) -> bool:
        """Until there may be news, at most so long; whether there may be."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True

    def _news(self, key: str, item: Item | None) -> Iterator[Told]:
        live = self._live.get(key)
        if live is None:
            self._told.pop(key, None)
            if item is not None:
                yield "item", item.facts()
            return
        revision, length = self._told.get(key, (-1, 0))
        self._told[key] = (live.revision, len(live.text))
        if revision != live.revision:
            yield "item", live.item.facts()
        elif len(live.text) > length:
            yield "delta", {"key": key, "at": length, "text": live.text[length:]}
