"""The hub: turns under way, and who is to hear of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot.web.item import Item
from bot.web.live import Live
from bot.web.refusal import Refused
from bot.web.subscription import Subscription

__all__ = ["Hub"]

_AGAIN = 10  # seconds
_MOST_BEGUN = 1000  # turns


@dataclass(slots=True)
class _Chat:
    live: dict[str, Live] = field(default_factory=dict)  # by item key
    subscriptions: set[Subscription] = field(default_factory=set)


class Hub:
    """Remembers each answer as far as it has come, so that a reader may come at any time and miss nothing.

    Nothing here waits or raises but :meth:`subscribed`. What is told must be committed first.
    """

    def __init__(self, *, most: int = 500, most_a_chat: int = 8) -> None:
        """``most`` streams overall and in one chat."""
        self._most = most
        self._most_a_chat = most_a_chat
        self._chats: dict[str, _Chat] = {}
        self._begun: OrderedDict[tuple[str, str], None] = OrderedDict()  # those that began last
        self._streams = 0
        self._closed = False

    @contextmanager
    def subscribed(self, chat: str) -> Iterator[Subscription]:
        """What one stream is to tell, for as long as it lasts. Raises Refused when there are too many."""
        its = self._chats.setdefault(chat, _Chat())
        try:
            if len(its.subscriptions) >= self._most_a_chat:
                raise Refused("too-many-windows", 429, retry_after=_AGAIN)
            if self._closed or self._streams >= self._most:
                raise Refused("busy", 503, retry_after=_AGAIN)
            with self._counted(its, Subscription(its.live)) as subscription:
                yield subscription
        finally:
            self._forget(chat)

    def live(self, chat: str) -> Mapping[str, Item]:
        """The turns of a chat that are under way, by key."""
        its = self._chats.get(chat)
        return {} if its is None else {key: live.item for key, live in its.live.items()}

    def arrived(self, chat: str, item: Item) -> None:
        """A turn waits, unless a worker was quicker than who tells of it."""
        if (chat, item.key) not in self._begun:
            self.publish(chat, item)

    def begin(self, chat: str, item: Item) -> None:
        """A turn is being worked on."""
        self._begun[chat, item.key] = None
        if len(self._begun) > _MOST_BEGUN:
            self._begun.popitem(last=False)
        its = self._chats.setdefault(chat, _Chat())
        its.live[item.key] = Live(replace(item, state="working"))
        self._changed(its, item.key)

    def change(self, chat: str, key: str, how: Callable[[Live], None]) -> None:
        """Something about a turn under way is new."""
        its = self._chats.get(chat)
        if its is not None and (live := its.live.get(key)) is not None:
            how(live)
            self._changed(its, key)

    def publish(self, chat: str, item: Item) -> None:
        """How an item is now. Its turn is no longer under way."""
        its = self._chats.get(chat)
        if its is None:
            return
        its.live.pop(item.key, None)
        for subscription in its.subscriptions:
            subscription.changed(item.key, item)
        self._forget(chat)

    def note(self, chat: str, key: str | None, text: str) -> None:
        """Something said beside the answers."""
        for subscription in self._of(chat):
            subscription.noted(key, text)

    def refresh(self, chat: str) -> None:
        """Everything is to be told anew."""
        for subscription in self._of(chat):
            subscription.renew()

    def close(self) -> None:
        """End every stream, and let no other begin."""
        self._closed = True
        for its in self._chats.values():
            for subscription in its.subscriptions:
                subscription.close()

    def _of(self, chat: str) -> set[Subscription]:
        its = self._chats.get(chat)
        return set() if its is None else its.subscriptions

    @contextmanager
    def _counted(self, its: _Chat, subscription: Subscription) -> Iterator[Subscription]:
        self._streams += 1
        its.subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            its.subscriptions.discard(subscription)
            self._streams -= 1

    def _changed(self, its: _Chat, key: str) -> None:
        for subscription in its.subscriptions:
            subscription.changed(key)

    def _forget(self, chat: str) -> None:
        its = self._chats.get(chat)
        if its is not None and not its.live and not its.subscriptions:
            del self._chats[chat]
