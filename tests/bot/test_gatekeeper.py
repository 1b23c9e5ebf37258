"""Who comes in, and how much they may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.access import Access
from bot.allowances import Allowance, Allowances
from bot.gatekeeper import Gatekeeper
from bot.heard import Heard
from bot.incoming import IncomingMedia, Moved, Pressed, Sender
from bot.texts import Texts
from storage.memory import MemoryPeople, MemoryPreferences, MemoryUsage
from storage.ports import Arrival, Invite, Known, Standing
from tests.bot.line import open_shop, photo

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRESSED = ("again:1", "good:1", "seen:1", "bad:1", "again:1")
LET_ME_IN, LATE = "let-me-in_please", "Too_late_by_days"


class House:
    """A gate over storage in memory, with clocks a test sets."""

    def __init__(
        self, *access: str, admins: tuple[str, ...] = (), person: Allowance | None = None, **chat: float
    ) -> None:
        self.now, self.wall = 1000.0, NOON
        self.people, self.usage = MemoryPeople(clock=lambda: self.wall), MemoryUsage()
        self.preferences = MemoryPreferences()
        allowances = Allowances(
            self.usage, person or Allowance(), Allowance(**chat), wall=lambda: self.wall, clock=lambda: self.now
        )
        self.gate = Gatekeeper(
            {"telegram": Access.of(access)},
            {"telegram": Access.of(admins)},
            self.people,
            allowances,
            Texts(),
            Heard(60, 100, lambda: self.now),
            self.preferences,
        )

    async def decide(self, person: str, standing: Standing) -> None:
        await self.people.decide(Known("telegram", person, standing, None, "test", NOON))

    async def invite(self, code: str, left: int = 1, days: float = 1.0) -> None:
        await self.people.invite(code, Invite(0, "", left, NOON + timedelta(days=days), "test"))


async def answers(house: House, *said: tuple[Any, ...], **more: Any) -> list[str]:
    """What is said to each of these messages."""
    async with open_shop(gate=house.gate, files={"photo": b"no photo"}) as shop:
        for parts in said:
            await shop.say(*parts, **more)
        return shop.texts


def voice(seconds: float) -> IncomingMedia:
    return IncomingMedia(kind="voice", ref="gone", media_type="audio/ogg", seconds=seconds)


async def test_nobody_is_let_in_unless_somebody_said_so() -> None:
    (told,) = await answers(House(), ("Hello!",))
    assert "PARLEY_ACCESS" in told
    assert "7" in told


@pytest.mark.parametrize("access", ["7", "open"])
async def test_the_operators_list_lets_in(access: str) -> None:
    assert await answers(House(access), ("Hello!",)) == ["An answer."]


async def test_a_groups_id_lets_in_everybody_who_writes_there() -> None:
    house = House("-100")
    assert await answers(house, ("Hello!",), chat="-100:5", crowd=True) == ["An answer."]
    assert "PARLEY_ACCESS" in (await answers(house, ("Hello!",)))[0]


async def test_who_was_admitted_is_let_in_and_who_was_blocked_hears_nothing() -> None:
    house = House("7")
    await house.decide("7", Standing.BLOCKED)
    await house.decide("8", Standing.ADMITTED)
    assert await answers(house, ("Hello!",), sender="7") == []
    assert await answers(house, ("Hello!",), sender="8") == ["An answer."]


async def test_an_admin_is_always_in_and_cannot_be_blocked() -> None:
    house = House(admins=("7",))
    await house.decide("7", Standing.BLOCKED)
    assert await answers(house, ("Hello!",)) == ["An answer."]


async def test_an_invite_lets_in_as_many_as_it_says_and_no_longer_than_that() -> None:
    house = House()
    await house.invite(LET_ME_IN, left=1)
    assert "Welcome" in (await answers(house, (LET_ME_IN,), sender="8"))[0]
    assert await answers(house, ("Hello!",), sender="8") == ["An answer."]
    assert "PARLEY_ACCESS" in (await answers(house, (LET_ME_IN,), sender="9"))[0], "used up"
    await house.invite(LATE, left=5)
    house.now += 61
    house.wall += timedelta(days=2)
    assert "PARLEY_ACCESS" in (await answers(house, (LATE,), sender="9"))[0], "out of date"


async def test_a_link_brings_its_code_with_start() -> None:
    house = House()
    await house.invite(LET_ME_IN)
    assert "Welcome" in (await answers(house, (), command="start", arguments=LET_ME_IN, sender="8"))[0]


async def test_a_stranger_who_goes_on_hears_so_once_a_minute_and_a_good_code_still_counts() -> None:
    house = House()
    await house.invite(LET_ME_IN)
    told = await answers(house, ("Hello!",), ("Hello?",), (LATE,), (LET_ME_IN,), sender="8")
    assert ["PARLEY_ACCESS" in told[0], "Welcome" in told[1], len(told)] == [True, True, 2]


async def test_a_code_is_not_taken_where_others_read_it() -> None:
    house = House()
    await house.invite(LET_ME_IN)
    assert "PARLEY_ACCESS" in (await answers(house, (LET_ME_IN,), chat="-100", crowd=True))[0]


async def test_what_is_answered_for_somebody_is_theirs_to_allow() -> None:
    house = House("55", admins=("9",))
    await house.invite(LET_ME_IN)
    assert await answers(house, ("Hello!",), host=Sender(id="55")) == ["An answer."]
    assert await answers(house, ("Hello!",), (LET_ME_IN,), host=Sender(id="56")) == [], "in nobody's name"
    assert await answers(house, ("Hello!",), host=Sender(id="56"), sender="9") == []
    await house.decide("7", Standing.BLOCKED)
    assert await answers(house, ("Hello!",), host=Sender(id="55")) == []
    await house.decide("55", Standing.BLOCKED)
    assert await answers(house, ("Hello!",), host=Sender(id="55"), sender="8") == []


async def test_too_many_messages_in_a_minute_are_told_so_once() -> None:
    house = House("open", person=Allowance(messages=2))
    told = await answers(house, *[("Hello!",)] * 5)
    assert told[:2] == ["An answer."] * 2
    assert "1 minute" in told[2]
    assert len(told) == 3
    house.now += 61
    assert await answers(house, ("Hello!",)) == ["An answer."]


async def test_photos_and_sound_are_counted_by_the_day() -> None:
    house = House("open", person=Allowance(photos=1, sound=60))
    said = [(photo(), "What is it?"), (photo(),), (voice(40),), (voice(40),), ("Hello!",)]
    first, second, _, third, words = await answers(house, *said)
    assert "as many photos" not in first
    assert "as many photos" in second
    assert "12 hours" in second
    assert "as much of your sound" in third
    assert words == "An answer.", "in writing one is still answered"
    house.wall += timedelta(days=1)
    assert "as many photos" not in (await answers(house, (photo(),)))[0]


async def test_what_is_quoted_was_counted_when_it_was_sent() -> None:
    house = House("open", person=Allowance(photos=1))
    told = await answers(house, (photo(),), (photo(quoted=True), "What is it?"))
    assert not any("as many photos" in each for each in told)


async def test_a_group_has_an_allowance_of_its_own() -> None:
    house = House("open", person=Allowance(photos=5), photos=1)
    group = {"chat": "-100", "crowd": True}
    async with open_shop(gate=house.gate, files={"photo": b"x"}) as shop:
        await shop.say(photo(), sender="1", **group)
        await shop.say(photo(), sender="2", **group)
        await shop.say(photo(), sender="2", chat="2")
        assert ["as many photos" in each for each in shop.texts] == [False, True, False]


async def test_admins_and_commands_are_not_counted() -> None:
    house = House("open", admins=("7",), person=Allowance(messages=1))
    assert await answers(house, *[("Hello!",)] * 3) == ["An answer."] * 3
    assert len(await answers(house, *[()] * 3, command="help", sender="8")) == 3


async def refused(
    house: House, *parts: Any, passed: bool = False, attempts: int = 1, row: int = 1, **more: Any
) -> str | None:
    """What a try of the row of that number hears instead of an answer. Rows come in at noon, whatever the time is."""
    async with open_shop(gate=house.gate) as shop:
        (kept,) = await shop.inbox.accept([Arrival("telegram", "7", "k", "{}")])
        assert kept is not None
        tried = replace(kept, id=row, attempts=attempts, accepted_at=NOON)
        told = await house.gate.refusal(shop.incoming(*parts, **more), tried, passed=passed)
        return None if told is None else told.text


async def test_what_passed_once_is_not_counted_again_and_what_did_not_is_judged_again() -> None:
    house = House("open", person=Allowance(photos=1))
    assert await refused(house, photo()) is None
    assert await refused(house, photo(), passed=True, attempts=2) is None
    assert await house.usage.used("telegram/person/7", NOON.date()) == {"photos": 1.0}
    for attempts in (1, 2, 3):
        more: dict[str, Any] = {"attempts": attempts, "chat": "8", "sender": "7", "row": 2}
        assert "as many photos" in (await refused(house, photo(), **more) or "")


async def test_what_was_counted_at_a_try_that_left_nothing_behind_is_there_for_the_next_one() -> None:
    """A photo that could not be fetched at first: no turn was kept, and there is nothing left for anything else."""
    house = House("open", person=Allowance(messages=1, photos=1, sound=60))
    for attempts in (1, 2, 3):
        assert await refused(house, photo(), voice(60), attempts=attempts) is None
    assert await refused(house, "Hello!", row=2) is not None
    assert await house.usage.used("telegram/person/7", NOON.date()) == {"photos": 1.0, "sound": 60.0}


async def test_a_code_whose_welcome_was_not_delivered_is_welcomed_at_the_next_try() -> None:
    house = House()
    await house.invite(LET_ME_IN)
    assert "Welcome" in (await refused(house, LET_ME_IN) or "")
    assert "Welcome" in (await refused(house, LET_ME_IN, attempts=2) or "")


@pytest.mark.parametrize("years", [-100, 100])
async def test_the_clock_on_the_wall_may_jump_while_a_code_lets_somebody_in(
    years: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Set back or forth between a row's coming in and its tries."""
    house, now = House(), NOON + timedelta(days=365 * years)
    monkeypatch.setattr("bot.gatekeeper.datetime", SimpleNamespace(now=lambda zone: now))
    await house.invite(LET_ME_IN)
    assert "Welcome" in (await refused(house, LET_ME_IN) or "")
    assert "Welcome" in (await refused(house, LET_ME_IN, attempts=2) or "")
    assert await refused(house, LET_ME_IN, row=2) is None, "who is in says something else"
    assert await refused(house, LET_ME_IN, row=2, attempts=2) is None


async def test_another_try_and_a_look_at_what_was_seen_are_counted_like_messages() -> None:
    house = House("open", person=Allowance(messages=2))
    acts = [Pressed(what=what, message="m1") for what in PRESSED]
    told = [await refused(house, act=act, row=row) for row, act in enumerate(acts, 1)]
    assert [each is not None for each in told] == [False, False, False, False, True]


async def test_more_than_a_days_allowance_at_once_is_said_to_be_too_much() -> None:
    house = House("open", person=Allowance(photos=2))
    assert "send fewer" in (await refused(house, photo(), photo(), photo()) or "")


async def test_the_topics_of_a_group_share_its_allowance() -> None:
    house = House("open", photos=1)
    assert await refused(house, photo(), chat="-100:1", crowd=True) is None
    assert "as many photos" in (await refused(house, photo(), chat="-100:2", crowd=True, row=2) or "")


async def test_mending_a_caption_does_not_use_up_photos() -> None:
    house = House("open", person=Allowance(photos=1))
    assert await refused(house, photo(), "what is ths") is None
    assert await refused(house, photo(), "what is this?", edited=True, row=2) is None


@pytest.mark.parametrize("chat", ["-100", "-100:7"])
@pytest.mark.parametrize(("admitted", "answered"), [("-5", True), ("-6", False), ("7", False)])
async def test_a_group_that_moved_is_admitted_by_the_id_it_had(admitted: str, answered: bool, chat: str) -> None:
    house = House(admitted)
    async with open_shop(gate=house.gate, preferences=house.preferences) as shop:
        await shop.say(act=Moved(to="-100"), message=None, chat="-5", sender="-5", crowd=True)
        await shop.say("Hello!", chat=chat, sender="8", crowd=True)
        (told,) = shop.texts
        assert (told == "An answer.") is answered
        await house.decide("9", Standing.BLOCKED)
        await shop.say("Hello!", chat=chat, sender="9", crowd=True)
        assert len(shop.texts) == 1
