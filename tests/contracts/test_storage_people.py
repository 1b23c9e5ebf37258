"""What every storage keeps of people: who was let in, invites, what chats chose, what was used."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, timedelta, timezone

import pytest

from storage.errors import StorageConflict
from storage.ports import Invite, Known, Standing
from tests.contracts.conftest import Stored
from tests.storage.makers import MORNING

NASTY, TAMED = "a\x00b\ud83d", "a\ufffdb\ufffd"
DAY = date(2026, 3, 1)


def person(number: int | str, standing: Standing = Standing.ADMITTED, *, channel: str = "telegram") -> Known:
    return Known(channel, str(number), standing, "Ada", "invite 1", MORNING)


def invite(label: str = "friends", left: int = 2, hours: float = 1) -> Invite:
    return Invite(0, label, left, MORNING + timedelta(hours=hours), "operator")


async def everybody(stored: Stored) -> list[tuple[str, str]]:
    return [(known.channel, known.id) async for known in stored.people.all()]


async def invites(stored: Stored) -> list[tuple[str, int]]:
    return [(one.label, one.left) async for one in stored.people.invites()]


# People


async def test_what_was_last_decided_about_a_person_counts(stored: Stored) -> None:
    assert await stored.people.of("telegram", "1") is None
    await stored.people.decide(person(1))
    assert await stored.people.of("telegram", "1") == person(1)
    blocked = Known("telegram", "1", Standing.BLOCKED, None, NASTY, MORNING + timedelta(days=1))
    await stored.people.decide(blocked)
    known = await stored.people.of("telegram", "1")
    assert known == Known("telegram", "1", Standing.BLOCKED, None, TAMED, MORNING + timedelta(days=1))
    assert await stored.people.of("web", "1") is None
    assert await stored.people.forget("telegram", "1")
    assert not await stored.people.forget("telegram", "1")
    assert await stored.people.of("telegram", "1") is None


async def test_everybody_known_is_listed_once(stored: Stored) -> None:
    for number in range(230):
        await stored.people.decide(person(f"{number:03}"))
    await stored.people.decide(person("x", channel="a"))
    assert await everybody(stored) == [("a", "x"), *(("telegram", f"{number:03}") for number in range(230))]


async def test_when_people_came_in_is_told_in_utc(stored: Stored) -> None:
    await stored.people.invite("code", invite())
    came = stored.clock().astimezone(timezone(timedelta(hours=8)))
    assert await stored.people.redeem("code", replace(person(1), at=came))
    known = await stored.people.of("telegram", "1")
    assert known and (known.at, known.at.tzinfo) == (came, UTC)


# Invites


async def test_an_invite_lets_in_as_many_as_it_says(stored: Stored) -> None:
    kept = await stored.people.invite("open sesame", invite(left=2))
    assert kept.id > 0
    assert await stored.people.redeem("open says me", person(1)) is None
    used = await stored.people.redeem("open sesame", person(1, Standing.BLOCKED))
    assert used is not None
    assert (used.id, used.label, used.left) == (kept.id, "friends", 1)
    assert await stored.people.of("telegram", "1") == person(1)
    assert await invites(stored) == [("friends", 1)]
    assert await stored.people.redeem("open sesame", person(2)) is not None
    assert await stored.people.redeem("open sesame", person(3)) is None
    assert await stored.people.of("telegram", "3") is None
    assert await invites(stored) == []


async def test_who_is_in_or_blocked_uses_no_invite_up(stored: Stored) -> None:
    await stored.people.invite("code", invite(left=1))
    await stored.people.decide(person(1))
    await stored.people.decide(person(2, Standing.BLOCKED))
    for known in (1, 2):
        assert await stored.people.redeem("code", person(known)) is None
    assert (await stored.people.of("telegram", "2")) == person(2, Standing.BLOCKED)
    assert await invites(stored) == [("friends", 1)]


async def test_the_last_place_of_an_invite_is_taken_by_one(stored: Stored) -> None:
    await stored.people.invite("code", invite(left=1))
    came = await asyncio.gather(*(stored.people.redeem("code", person(number)) for number in range(5)))
    assert len([one for one in came if one is not None]) == 1
    assert len(await everybody(stored)) == 1


async def test_an_invite_ends_at_its_time(stored: Stored) -> None:
    await stored.people.invite("short", invite("short", hours=1))
    await stored.people.invite("long", invite("long", hours=2))
    stored.clock.move(hours=1)
    assert await stored.people.redeem("short", person(1)) is None
    assert await invites(stored) == [("long", 2)]
    assert await stored.people.redeem("long", person(1)) is not None


async def test_an_invite_taken_back_lets_nobody_in_and_puts_nobody_out(stored: Stored) -> None:
    kept = await stored.people.invite("code", invite())
    await stored.people.redeem("code", person(1))
    assert await stored.people.revoke(kept.id)
    assert not await stored.people.revoke(kept.id)
    assert await stored.people.redeem("code", person(2)) is None
    assert await everybody(stored) == [("telegram", "1")]


async def test_a_code_stands_for_one_invite_until_that_is_over(stored: Stored) -> None:
    first = await stored.people.invite(NASTY, invite(left=1))
    with pytest.raises(StorageConflict):
        await stored.people.invite(NASTY, invite("second"))
    assert await stored.people.redeem(TAMED, person(1)) is not None
    second = await stored.people.invite(NASTY, invite(NASTY))
    assert second.id > first.id
    assert [one.label async for one in stored.people.invites()] == [TAMED]


# Preferences


async def test_a_chat_chooses_for_itself_and_takes_back(stored: Stored) -> None:
    choices = stored.preferences
    assert await choices.of("telegram", "7") == {}
    await choices.prefer("telegram", "7", "language", "en")
    await choices.prefer("telegram", "7", "language", "zh")
    await choices.prefer("telegram", "7", NASTY, NASTY)
    await choices.prefer("telegram", "8", "language", "en")
    assert await choices.of("telegram", "7") == {"language": "zh", TAMED: TAMED}
    await choices.prefer("telegram", "7", "language", None)
    await choices.prefer("telegram", "7", "language", None)
    assert await choices.of("telegram", "7") == {TAMED: TAMED}
    assert await choices.of("telegram", "8") == {"language": "en"}
    assert await choices.of("web", "7") == {}


# Usage


async def test_usage_is_counted_once_a_row_by_holder_kind_and_day(stored: Stored) -> None:
    usage, next_day = stored.usage, DAY + timedelta(days=1)
    assert await usage.used("u1", DAY) == {}
    for row, kind, amount in ((1, "photos", 2), (1, "seconds", 7.5), (2, "photos", 1), (1, "photos", 9)):
        await usage.use("u1", DAY, kind, amount, row=row)
    await usage.use("u1", next_day, "photos", 5, row=1)
    await usage.use("u1", next_day, "photos", 5, row=3)
    await usage.use("u2", DAY, "photos", 4, row=1)
    await usage.use(NASTY, DAY, "photos", float("nan"), row=1)
    assert await usage.used("u1", DAY) == {"photos": 3, "seconds": 7.5}
    assert await usage.used("u1", DAY, besides=1) == {"photos": 1}
    assert await usage.used("u1", next_day) == {"photos": 5}
    assert await usage.used("u2", DAY) == {"photos": 4}
    assert await usage.used(TAMED, DAY) == {"photos": 0}


async def test_usage_of_days_gone_by_is_forgotten(stored: Stored) -> None:
    for row in range(1_100):
        await stored.usage.use("u1", DAY - timedelta(days=1 + row % 2), "photos", 1, row=row)
    await stored.usage.use("u1", DAY, "photos", 1, row=5_000)
    assert await stored.usage.expire(DAY) == 1_100
    assert await stored.usage.expire(DAY) == 0
    assert await stored.usage.used("u1", DAY) == {"photos": 1}
