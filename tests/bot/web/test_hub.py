"""The hub: whenever a reader comes and however slowly it reads, it ends up with what is."""

from __future__ import annotations

import random
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from agents.values import Observation, ObservationKind
from bot.web.hub import Hub
from bot.web.item import Item
from bot.web.live import Live
from bot.web.refusal import Refused
from bot.web.subscription import Subscription
from bot.web.timeline import Timeline

SEEN = Observation(ObservationKind.CAPTION, "a cup", 0.9, "scripted:caption", 0.1, 0)


def item(key: str, state: str = "waiting", text: str = "") -> Item:
    return Item(key, state, datetime(2026, 3, 1, tzinfo=UTC), (), text=text)  # type: ignore[arg-type]


class Page:
    """A reader that applies what it is told, as the page does."""

    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription
        self.items: dict[str, dict[str, object]] = {}
        self.told: list[str] = []

    def read(self, stored: dict[str, Item]) -> None:
        """One round of the stream, with storage as it is."""
        told = []
        if self._subscription.stale():
            told.append(self._subscription.whole(Timeline(tuple(stored.values()), None)))
        for name, facts in [*told, *self._subscription.news()]:
            self.told.append(name)
            if name == "timeline":
                self.items = {str(one["key"]): one for one in facts["items"]}  # type: ignore[attr-defined]
            elif name == "item":
                self.items[str(facts["key"])] = facts
            elif name == "delta":
                text = str(self.items[str(facts["key"])]["text"])
                assert len(text) == facts["at"], "a gap or a repetition"
                self.items[str(facts["key"])]["text"] = text + str(facts["text"])


class World:
    """Turns that begin, go on, break off, start again and end at random, in a hub and in storage."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.hub = Hub()
        self.stored: dict[str, Item] = {}
        self.under_way: str | None = None

    def step(self) -> None:
        if self.under_way is None:
            waiting = [key for key, one in self.stored.items() if one.state == "waiting"]
            if not waiting or self._chance.random() < 0.3:
                self._arrive(f"turn{len(self.stored)}")
            else:
                self.under_way = waiting[0]
                self.hub.begin("chat", self.stored[waiting[0]])
            return
        key, choice = self.under_way, self._chance.random()
        if choice < 0.7:
            piece = self._chance.choice(["word ", "字", "🙂", ""])
            self.hub.change("chat", key, lambda live: live.piece(piece))
        elif choice < 0.8:
            self.hub.change("chat", key, Live.restarted)
        elif choice < 0.9:
            self.hub.change("chat", key, lambda live: live.perceived(SEEN))
        else:
            self._end(key, "waiting" if choice > 0.97 else "done")

    def _arrive(self, key: str) -> None:
        self.stored[key] = item(key)
        self.hub.arrived("chat", self.stored[key])

    def _end(self, key: str, state: str) -> None:
        self.stored[key] = item(key, state, "" if state == "waiting" else f"the answer to {key}")
        self.hub.publish("chat", self.stored[key])
        self.under_way = None

    def now(self) -> dict[str, dict[str, object]]:
        whole = Timeline(tuple(self.stored.values()), None).with_live(self.hub.live("chat"))
        return {one.key: one.facts() for one in whole.items}


@pytest.mark.parametrize("seed", range(20))
def test_readers_of_any_pace_end_up_with_what_is(seed: int) -> None:
    chance = random.Random(seed)
    world = World(chance)
    with ExitStack() as stack:
        pages: list[tuple[Page, float]] = []
        for _ in range(600):
            if len(pages) < 5 and chance.random() < 0.02:
                pages.append((Page(stack.enter_context(world.hub.subscribed("chat"))), chance.choice([0.9, 0.2, 0.02])))
            world.step()
            for page, pace in pages:
                if chance.random() < pace:
                    page.read(world.stored)
        for page, _ in pages:
            page.read(world.stored)
            assert page.items == world.now()
        assert any("delta" in page.told for page, _ in pages)


def test_a_reader_far_behind_is_told_everything_anew_rather_than_kept_a_list_for() -> None:
    hub, stored = Hub(), {}
    with hub.subscribed("chat") as subscription:
        page = Page(subscription)
        page.read(stored)
        for number in range(1000):
            stored[str(number)] = item(str(number), "done", "x")
            hub.publish("chat", stored[str(number)])
        page.read(stored)
        assert len(page.items) == 1000
        assert page.told.count("item") <= 100


def test_a_turn_that_a_worker_already_has_does_not_wait_again() -> None:
    hub = Hub()
    with hub.subscribed("chat") as subscription:
        page = Page(subscription)
        page.read({})
        hub.begin("chat", item("a"))
        hub.publish("chat", item("a", "done", "quick"))
        hub.arrived("chat", item("a"))
        page.read({})
        assert page.items["a"]["state"] == "done"


def test_a_second_try_of_a_turn_is_told_from_its_beginning() -> None:
    hub = Hub()
    with hub.subscribed("chat") as subscription:
        page = Page(subscription)
        for text in ("the first try", "the second"):
            hub.begin("chat", item("a"))
            hub.change("chat", "a", lambda live, text=text: live.piece(text))  # type: ignore[misc]
            page.read({})
            assert page.items["a"]["text"] == text
            hub.publish("chat", item("a"))
        page.read({})
        assert (page.items["a"]["state"], page.items["a"]["text"]) == ("waiting", "")


def test_streams_are_bounded_overall_and_in_a_chat_and_given_back() -> None:
    hub = Hub(most=3, most_a_chat=2)
    with hub.subscribed("a"), hub.subscribed("a"):
        with pytest.raises(Refused) as refused, hub.subscribed("a"):
            pass
        assert (refused.value.code, refused.value.status) == ("too-many-windows", 429)
        with hub.subscribed("b"):
            with pytest.raises(Refused) as refused, hub.subscribed("c"):
                pass
            assert (refused.value.code, refused.value.status) == ("busy", 503)
        with hub.subscribed("c"):
            pass
    assert hub._chats == {}


def test_a_closed_hub_ends_its_readers_and_takes_no_more() -> None:
    hub = Hub()
    with hub.subscribed("a") as subscription:
        hub.close()
        assert subscription.closed
    with pytest.raises(Refused), hub.subscribed("a"):
        pass
