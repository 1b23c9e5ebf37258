"""Many chats are answered at once; of turns with media, which hold much memory, only so many."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.bot.line import Line, open_shop, photo
from tests.waiting import until

MANY = 20
WITH_MEDIA = 8


@dataclass(slots=True)
class Held(Line):
    """Files that come when they are let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0

    async def fetch(self, ref: str) -> bytes:
        self.waiting += 1
        await self.let.wait()
        self.waiting -= 1
        return b"no photo at all"


async def test_turns_with_media_wait_for_each_other_and_typed_ones_for_nobody() -> None:
    line = Held()
    async with open_shop(workers=MANY + 1, line=line) as shop:
        await shop.desk.accept_all([shop.incoming(photo(f"p{chat}"), chat=str(chat)) for chat in range(MANY)])
        await until(lambda: line.waiting == WITH_MEDIA, 5.0)
        await shop.desk.accept_all([shop.incoming("Hello there.", chat="typed")])
        await until(lambda: [sent.chat for sent in line.sent] == ["typed"], 5.0)
        assert line.waiting == WITH_MEDIA
        line.let.set()
        await shop.desk.idle()
    assert sorted(sent.chat for sent in line.sent) == sorted([*map(str, range(MANY)), "typed"])
