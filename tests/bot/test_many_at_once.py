"""Many chats are answered at once; of turns with media, which hold much memory, only so many."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.gathering import Gathering
from bot.queueing import Queueing
from tests.bot.line import Line, open_shop, photo
from tests.waiting import until

MANY = 20
WITH_MEDIA = 8


@dataclass(slots=True)
class Held(Line):
    """Files that come when they are let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    most: int = 0

    async def fetch(self, ref: str) -> bytes:
        self.fetched.append(ref)
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await self.let.wait()
        await asyncio.sleep(0.01)
        self.waiting -= 1
        return b"no photo at all"


async def test_turns_with_media_wait_for_each_other_and_typed_ones_for_nobody() -> None:
    line = Held()
    async with open_shop(workers=WITH_MEDIA + 1, line=line) as shop:
        await shop.desk.accept_all([shop.incoming(photo(f"p{chat}"), chat=str(chat)) for chat in range(MANY)])
        await until(lambda: line.waiting == WITH_MEDIA, 5.0)
        for number in range(2):
            await shop.desk.accept_all([shop.incoming("Hello there.", chat=f"typed {number}")])
            await until(lambda so_far=number: len(line.sent) == so_far + 1, 5.0)
        assert line.waiting == WITH_MEDIA
        waits = [shop.desk.waits(("telegram", str(chat))) for chat in range(MANY)]
        assert waits.count(None) == WITH_MEDIA
        line.let.set()
        await shop.desk.idle()
    assert sorted(sent.chat for sent in line.sent) == sorted([*map(str, range(MANY)), "typed 0", "typed 1"])


async def test_a_chat_that_sends_photo_after_photo_takes_a_place_for_each() -> None:
    line = Held()
    async with open_shop(workers=MANY, line=line) as shop:
        for _ in range(2):
            await shop.desk.accept_all([shop.incoming(photo(f"p{chat}"), chat=str(chat)) for chat in range(MANY)])
        await until(lambda: line.waiting == WITH_MEDIA, 5.0)
        line.let.set()
        await shop.desk.idle()
    assert len(line.sent) == MANY * 2
    assert line.most == WITH_MEDIA


def test_places_go_round_in_order() -> None:
    async def drawn(queue: Queueing, count: int) -> list[str]:
        return [(await asyncio.wait_for(queue.next(), 1.0))[1] for _ in range(count)]

    async def play() -> list[list[str]]:
        queue = Queueing(workers=4)
        for number in range(10):
            queue.join(("line", f"photo {number}"), media=True)
        queue.join(("line", "typed"))
        first = await drawn(queue, 9)
        queue.done(("line", "typed"))
        queue.done(("line", "photo 3"))
        queue.done(("line", "photo 3"))
        second = await drawn(queue, 1)
        queue.done(("line", "photo 0"))
        return [first, second, await drawn(queue, 1)]

    assert asyncio.run(play()) == [[*(f"photo {n}" for n in range(8)), "typed"], ["photo 8"], ["photo 9"]]


async def test_an_album_that_goes_on_while_its_chat_waits_for_a_worker_is_one_turn() -> None:
    line = Held()
    async with open_shop(workers=1, line=line, gathering=Gathering(album=0.3, burst=0.3, longest=5.0)) as shop:
        await shop.desk.accept_all([shop.incoming("Look:", photo("other"), chat="other", whole=True)])
        await until(lambda: line.waiting == 1, 5.0)
        album = [shop.incoming(photo(f"p{number}"), chat="7", album="7/a", said_at=1_000) for number in range(3)]
        await shop.desk.accept_all(album[:1])
        await asyncio.sleep(0.4)  # in which the first seems to be all
        await shop.desk.accept_all(album[1:2])
        line.let.set()  # the worker comes free, and the chat's turn has just grown
        await until(lambda: len(line.sent) == 1, 5.0)
        await shop.desk.accept_all(album[2:])
        await shop.desk.idle()
    assert [sent.chat for sent in line.sent] == ["other", "7"]
    assert sorted(line.fetched) == ["other", "p0", "p1", "p2"]
