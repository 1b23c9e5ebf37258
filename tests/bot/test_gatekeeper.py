"""Who comes in, and how much they may ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.access import Access
from bot.allowances import Allowance, Allowances
from bot.gatekeeper import Gatekeeper
from bot.heard import Heard
from bot.incoming import IncomingMedia, Sender
from bot.texts import Texts
from storage.memory import MemoryPeople, MemoryUsage
from storage.ports import Arrival, Invite, Known, Standing
from tests.bot.line import open_shop, photo

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class House:
    """A gate over storage in memory, with clocks a test sets."""

    def __init__(
        self, *access: str, admins: tuple[str, ...] = (), person: Allowance | None = None, **chat: float
    ) -> None:
        self.now, self.wall = 1000.0, NOON
        self.people, self.usage = MemoryPeople(clock=lambda: self.wall), MemoryUsage()
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
    await house.invite("LETMEIN", left=1)
    assert "Welcome" in (await answers(house, ("LETMEIN",), sender="8"))[0]
    assert await answers(house, ("Hello!",), sender="8") == ["An answer."]
    assert "PARLEY_ACCESS" in (await answers(house, ("LETMEIN",), sender="9"))[0], "used up"
    await house.invite("LATE", left=5)
    house.now += 61
    house.wall += timedelta(days=2)
    assert "PARLEY_ACCESS" in (await answers(house, ("LATE",), sender="9"))[0], "out of date"


async def test_a_link_brings_its_code_with_start() -> None:
    house = House()
    await house.invite("LINK")
    assert "Welcome" in (await answers(house, (), command="start", arguments="LINK", sender="8"))[0]


async def test_a_stranger_who_goes_on_hears_so_once_a_minute_and_a_good_code_still_counts() -> None:
    house = House()
    await house.invite("GOOD")
    told = await answers(house, ("Hello!",), ("Hello?",), ("BAD",), ("GOOD",), sender="8")
    assert ["PARLEY_ACCESS" in told[0], "Welcome" in told[1], len(told)] == [True, True, 2]


async def test_a_code_is_not_taken_where_others_read_it() -> None:
    house = House()
    await house.invite("OPEN")
    assert "PARLEY_ACCESS" in (await answers(house, ("OPEN",), chat="-100", crowd=True))[0]


async def test_what_is_answered_for_somebody_is_theirs_to_allow() -> None:
    house = House("55")
    assert await answers(house, ("Hello!",), host=Sender(id="55")) == ["An answer."]
    assert "PARLEY_ACCESS" in (await answers(house, ("Hello!",), host=Sender(id="56")))[0]
    await house.decide("7", Standing.BLOCKED)
    assert await answers(house, ("Hello!",), host=Sender(id="55")) == []


async def test_too_many_messages_in_a_minute_are_told_so_once() -> None:
    house = House("open", person=Allowance(messages=2))
    told = await answers(house, *[("Hello!",)] * 5)
    assert told[:2] == ["An answer."] * 2
    assert "in 1 minute" in told[2]
    assert len(told) == 3
    house.now += 61
    assert await answers(house, ("Hello!",)) == ["An answer."]


async def test_photos_and_sound_are_counted_by_the_day() -> None:
    house = House("open", person=Allowance(photos=1, sound=60))
    first, second, third, words = await answers(house, (photo(), "What is it?"), (photo(),), (voice(61),), ("Hello!",))
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


async def test_a_second_try_of_the_same_row_is_counted_once() -> None:
    house = House("open", person=Allowance(photos=1))
    async with open_shop(gate=house.gate) as shop:
        (row,) = await shop.inbox.accept([Arrival("telegram", "7", "k", "{}")])
        assert row is not None
        said = shop.incoming(photo())
        assert await house.gate.refusal(said, replace(row, attempts=1)) is None
        assert await house.gate.refusal(said, replace(row, attempts=2)) is None
    assert await house.usage.used("telegram/person/7", NOON.date()) == {"photos": 1.0}
