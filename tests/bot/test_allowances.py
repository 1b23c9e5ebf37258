"""What counts against an allowance, once and whoever brings it back; and how often somebody hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.allowances import Allowance
from bot.counted import Counted
from bot.incoming import IncomingMedia
from tests.bot.line import Shop, open_shop, photo
from tests.bot.test_gatekeeper import NOON, House
from tests.pictures import sign

FILES = {f"photo{number}": sign(str(number)) for number in range(3)}
PERSON = "telegram/person/7"


def recording(seconds: float, **more: Any) -> IncomingMedia:
    return IncomingMedia(kind="voice", ref="gone", media_type="audio/ogg", seconds=seconds, **more)


async def used(house: House, kind: str = "photos") -> float:
    return (await house.usage.used(PERSON, NOON.date())).get(kind, 0.0)


async def spent(shop: Shop) -> None:
    """One photo is looked at, as many as may be, and another one refused."""
    await shop.say(photo("photo1"), "what is it?", message="u1")
    await shop.say(photo("photo2"), "what is it?", message="u2")
    assert ["as many photos" in text for text in shop.texts] == [False, True]


async def test_a_photo_that_was_refused_is_not_looked_at_for_being_quoted_or_edited() -> None:
    house = House("open", person=Allowance(photos=1))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        await spent(shop)
        await shop.say(photo("photo2", quoted=True, message="u2"), "what does it show?", message="u3")
        await shop.say(photo("photo2"), "what does it show here?", message="u2", edited=True)
        assert shop.line.fetched == ["photo1"]
        house.wall += timedelta(days=1)
        await shop.say(photo("photo2", quoted=True, message="u2"), "what does it show?", message="u4")
        assert shop.line.fetched == ["photo1", "photo2"], "it counts on the day it is looked at"
        assert await used(house) == 1.0


async def test_a_recording_that_was_refused_is_not_heard_for_being_quoted() -> None:
    house = House("open", person=Allowance(sound=60))
    async with open_shop(gate=house.gate) as shop:
        await shop.say(recording(50), message="u1")
        await shop.say(recording(20), message="u2")
        await shop.say(recording(20, quoted=True, message="u2"), "what is said?", message="u3")
        assert len(shop.line.fetched) == 1
        assert await used(house, "sound") == 50.0


async def test_what_was_never_sent_to_us_counts_when_it_is_first_quoted_and_not_again() -> None:
    house = House("open", person=Allowance(photos=1))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        for question in ("what is it?", "who painted it?"):
            await shop.say(photo("photo1", quoted=True, message="u0"), question)
        assert await used(house) == 1.0
        assert shop.line.fetched == ["photo1", "photo1"]
        await shop.say(photo("photo2", quoted=True, message="u1"), "what is it?", message="u2")
        assert "as many photos" in shop.texts[-1]


async def test_a_caption_may_be_mended_but_another_photo_in_its_message_counts() -> None:
    house = House("open", person=Allowance(photos=2))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        await shop.say(photo("photo1", size=10), "what is it?", message="u1")
        await shop.say(photo("again", size=10), "who painted it?", message="u1", edited=True)
        assert await used(house) == 1.0
        await shop.say(photo("photo2", size=11), "who painted it?", message="u1", edited=True)
        assert await used(house) == 2.0


async def test_what_was_counted_before_a_restart_is_known_by_its_turn() -> None:
    house = House("open", person=Allowance(photos=1))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        await spent(shop)
        house.gate.allowances.counted = Counted(shop.conversations)
        await shop.say(photo("photo1", quoted=True, message="u1"), "who painted it?", message="u3")
        assert "a cat" in shop.texts[-1]
        await shop.say(photo("photo2", quoted=True, message="u2"), "who painted it?", message="u4")
        assert len(shop.texts) == 3
        assert await used(house) == 1.0


async def test_somebody_hears_once_a_day_that_there_is_no_more_in_each_chat() -> None:
    house = House("open", person=Allowance(photos=1))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        await spent(shop)
        for _ in range(4):
            house.now += 100
            await shop.say(photo("photo0"), "what is it?")
        assert len(shop.texts) == 2
        await shop.say(photo("photo0"), "what is it?", chat="-100", crowd=True)
        assert "as many photos" in shop.texts[-1]
        await shop.say("Hello!")
        assert shop.texts[-1] == "An answer.", "in writing one is still answered"
        house.wall += timedelta(days=1)
        for _ in range(3):
            await shop.say(photo("photo0"), "what is it?")
        assert ["as many photos" in text for text in shop.texts[4:]] == [False, True]


async def test_each_kind_is_told_by_itself() -> None:
    house = House("open", person=Allowance(photos=1, sound=60))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        await spent(shop)
        for _ in range(2):
            await shop.say(recording(50), message=None)
            await shop.say(photo("photo0"))
        assert ["as much of your sound" in text for text in shop.texts[2:]] == [False, True]


async def test_too_many_photos_at_once_are_told_so_once_a_minute() -> None:
    house = House("open", person=Allowance(photos=1))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        for _ in range(3):
            await shop.say(photo("photo0"), photo("photo1"))
        assert len(shop.texts) == 1
        house.now += 61
        await shop.say(photo("photo0"), photo("photo1"))
        assert ["send fewer" in text for text in shop.texts] == [True, True]


async def test_what_is_refused_counts_as_a_message() -> None:
    house = House("open", person=Allowance(messages=4, photos=1))
    async with open_shop(gate=house.gate, files=FILES) as shop:
        await spent(shop)
        for _ in range(2):
            await shop.say(photo("photo0"), "what is it?")
        await shop.say("Hello!")
        assert "1 minute" in shop.texts[-1]
        house.now += 61
        await shop.say("Hello!")
        assert shop.texts[-1] == "An answer."
