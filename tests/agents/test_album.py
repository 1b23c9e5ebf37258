"""A photo waits for the others of its turn only for a model that takes several, and then not for long."""

from __future__ import annotations

import asyncio

from PIL import Image

from agents.album import Album
from agents.errors import MediaUnreadable
from agents.holding import Holding
from agents.models.scripted import ScriptedSense
from agents.ports import Card, Sound
from agents.values import Outcome, Photo
from tests.agents.house import House, finding
from tests.waiting import until


class Gates:
    """Fills ``agents.ports.Decoder``: a photo whose bytes are ``held`` is decoded once the gate is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def picture(self, data: bytes) -> Image.Image:
        if data == b"held":
            await self.open.wait()
        if data == b"bad":
            raise MediaUnreadable("not-an-image")
        return Image.new("RGB", (8, 8))

    async def sound(self, data: bytes) -> Sound:
        raise MediaUnreadable("no-sound")


def looking(together: int) -> ScriptedSense:
    return ScriptedSense([finding("cat")], card=Card("scripted:caption", together=together))


async def test_a_model_that_takes_photos_one_by_one_does_not_wait_for_the_others() -> None:
    gates, sense = Gates(), looking(together=1)
    asking = asyncio.create_task(House(caption=sense, decoder=gates).ask(Photo(b"1"), Photo(b"held")))
    await until(lambda: len(sense.items) == 1, 30)
    assert not asking.done()
    gates.open.set()
    assert len((await asking).observations) == 2


async def test_a_photo_that_is_not_decoded_does_not_hold_the_others_up() -> None:
    gates, sense = Gates(), looking(together=8)
    asking = asyncio.create_task(House(caption=sense, decoder=gates).ask(Photo(b"1"), Photo(b"held"), Photo(b"2")))
    await until(lambda: len(sense.items) == 2, 30)
    gates.open.set()
    assert [o.outcome for o in (await asking).observations] == [Outcome.PERCEIVED] * 3


async def test_a_photo_that_cannot_be_opened_leaves_the_others_together() -> None:
    sense = looking(together=8)
    answered = await House(caption=sense, decoder=Gates()).ask(Photo(b"1"), Photo(b"bad"), Photo(b"2"))
    assert [o.outcome for o in answered.observations] == [Outcome.PERCEIVED, Outcome.UNREADABLE, Outcome.PERCEIVED]


async def test_photos_wait_until_all_are_decoded() -> None:
    album, gathered = Album(company=60), list[int]()

    async def go(number: int, decoded: asyncio.Event) -> None:
        with album.leaf():
            await decoded.wait()
        await album.gathered()
        gathered.append(number)

    first, second = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(go(1, first))
        group.create_task(go(2, second))
        await asyncio.sleep(0)  # both are being decoded now
        first.set()
        for _ in range(5):
            await asyncio.sleep(0)
        assert gathered == []
        second.set()
    assert sorted(gathered) == [1, 2]


async def test_after_a_while_they_go_without_the_one_that_is_late() -> None:
    album = Album(company=0.01)
    with album.leaf():
        with album.leaf():
            pass
        async with asyncio.timeout(30):
            await album.gathered()
    await album.gathered()


async def test_the_ten_photos_of_an_album_are_looked_at_together() -> None:
    sense = looking(together=10)
    answered = await House(caption=sense, decoder=Gates()).ask(*(Photo(b"x") for _ in range(10)))
    assert len(answered.observations) == 10
    told = answered.reply.text.split("\n")
    assert len(told) == 10
    assert told[9].startswith("Photo 10: ")


async def test_ten_photos_wait_for_one_another_and_not_for_a_place() -> None:
    gates, sense = Gates(), looking(together=10)
    photos = [*(Photo(b"x") for _ in range(9)), Photo(b"held")]
    asking = asyncio.create_task(House(caption=sense, decoder=gates).ask(*photos))
    await until(lambda: len(sense.items) == 9, 30)
    gates.open.set()
    assert len((await asking).observations) == 10


async def test_large_media_are_not_all_held_at_once() -> None:
    holding, inside = Holding(100), list[int]()

    async def hold(most: int, leave: asyncio.Event) -> None:
        async with holding.of(most) as share:
            await share.keep(Image.new("RGB", (4, 1)))  # 16 bytes
            inside.append(most)
            await leave.wait()

    leave = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for most in (80, 80, 300, 80):
            group.create_task(hold(most, leave))
        await until(lambda: len(inside) == 2, 30)
        for _ in range(20):
            await asyncio.sleep(0)
        assert inside == [80, 80]
        leave.set()
    assert sorted(inside) == [80, 80, 80, 300]
