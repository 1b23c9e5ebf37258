"""What stands under what we say: notices and refusals are nobody's answer, so nobody is asked to rate them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents.errors import ModelUnavailable
from agents.values import Observation, ObservationKind, Outcome, Step, Trace
from bot.channel import DeliveryFailed
from bot.incoming import Incoming, IncomingUnread, Pressed
from bot.offers import Offers
from bot.patience import RowFailed
from bot.said import Said
from tests.bot.line import Line, Shop, open_shop, photo
from tests.pictures import sign

MISSING = ModelUnavailable("there is none")
HEARD = Observation(ObservationKind.TRANSCRIPT, "hello", 0.9, "scripted", 0.1, 0)
MOOD = replace(HEARD, kind=ObservationKind.SENTIMENT)
LATE = replace(HEARD, outcome=Outcome.LATE)


def under(shop: Shop) -> list[str]:
    return [choice.what for row in shop.line.sent[-1].choices for choice in row]


def trace(*names: str, fault: str = "") -> Trace:
    """Steps of these names; the guard found this fault."""
    facts = {"fault": fault} if fault else {}
    steps = [Step(name, 0.0, 0.1, facts=facts if name == "guard" else {}) for name in names]
    return Trace(tuple(steps), (), 0.1)


@pytest.mark.parametrize("what", ["contact", "poll", "location"])
async def test_there_is_nothing_to_press_under_a_refusal(what: str) -> None:
    async with open_shop() as shop:
        await shop.say(IncomingUnread(what=what, reason="unsupported"))
        assert under(shop) == []


async def test_an_answer_that_failed_can_be_asked_for_again_and_not_rated() -> None:
    async with open_shop([MISSING, "An answer."]) as shop:
        await shop.say("Tell me a joke about trains.")
        assert under(shop) == ["again:1"]
        await shop.say(act=Pressed(what="again:1", message="m0"), message=None)
        assert (shop.texts[-1], under(shop)) == ("An answer.", ["good:2", "bad:2", "again:2"])


async def test_what_was_seen_is_an_answer_also_where_no_language_model_speaks() -> None:
    async with open_shop([MISSING], files={"photo": sign("ONE")}) as shop:
        await shop.say(photo(), "what is it?")
        assert under(shop) == ["good:1", "bad:1", "again:1", "seen:1"]


class Away(Line):
    """Takes nothing the first time."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.offered: list[list[str]] = []

    async def send(self, to: Incoming, piece: Said, instead: str | None = None) -> str:
        self.offered.append([choice.what for row in piece.choices for choice in row])
        if len(self.offered) == 1:
            raise DeliveryFailed("away", retryable=True)
        return await super().send(to, piece, instead)


async def test_a_restart_offers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.bot.line.Line", Away)
    async with open_shop([MISSING]) as shop:
        assert isinstance(shop.line, Away)
        await shop.inbox.accept([shop.incoming("Tell me a joke about trains.").arrival()])
        with pytest.raises(RowFailed):
            await shop.turns.work([await shop.inbox.start(1)])
        shop.turns._retold.drop(1)  # as the process ends
        await shop.inbox.retry(1, "process-ended")
        await shop.turns.work([await shop.inbox.start(1)])
        assert shop.line.offered == [["again:1"], ["again:1"]]


@pytest.mark.parametrize(
    ("observations", "how", "offers"),
    [
        ([], trace("tell"), Offers(rate=False, again=False, seen=False)),
        ([MOOD], trace("tell"), Offers(rate=False, again=False, seen=False)),
        ([LATE], trace("tell"), Offers(rate=False, again=True, seen=True)),
        ([HEARD], trace("tell"), Offers(rate=True, again=True, seen=True)),
        ([HEARD], trace("answer", "guard", fault="model-late"), Offers(rate=False, again=True, seen=True)),
        ([], trace("answer", "guard"), Offers(rate=True, again=True, seen=False)),
        ([], None, Offers(rate=True, again=True, seen=False)),
    ],
)
def test_what_is_offered_follows_from_how_the_reply_came_about(
    observations: list[Observation], how: Any, offers: Offers
) -> None:
    assert Offers.of(observations, how) == offers
