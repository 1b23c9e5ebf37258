"""Timelines read while a turn goes from the inbox to the log: whenever that happens, it is shown, and shown once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest

from agents.values import Photo, Turn
from bot.incoming import Incoming, IncomingMedia, Sender
from bot.web.timeline import CHANNEL, Timelines
from storage.memory import MemoryConversations, MemoryInbox, MemoryMedia
from tests.storage.makers import answered

PHOTO = b"\xff\xd8 a photo"


class Counting:
    """A port; whenever it is asked, ``asked`` is told first."""

    def __init__(self, port: object, asked: Callable[[], Awaitable[None]]) -> None:
        self._port = port
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        if name == "summaries":  # of conversations, which stay as they are here
            return getattr(self._port, name)

        async def ask(*args: Any, **facts: Any) -> Any:
            await self._asked()
            return await getattr(self._port, name)(*args, **facts)

        return ask


@dataclass
class House:
    """A chat with one photo that waits; ``happens`` to it just before the question of that number, from 0."""

    inbox: MemoryInbox
    conversations: MemoryConversations
    key: str
    row: int
    number: int
    happens: Callable[[House], Awaitable[None]]

    @property
    def timelines(self) -> Timelines:
        conversations: Any = Counting(self.conversations, self._asked)
        inbox: Any = Counting(self.inbox, self._asked)
        return Timelines(conversations, inbox)

    async def _asked(self) -> None:
        self.number -= 1
        if self.number == -1:
            await self.happens(self)

    async def hear(self) -> int:
        heard = await self.conversations.hear(CHANNEL, "ada", Turn((Photo(PHOTO),)), inbox=self.row)
        return heard.turn


async def answer(house: House) -> None:
    await house.conversations.answer(await house.hear(), answered("fine"))
    await house.inbox.done(house.row)


async def give_up(house: House) -> None:
    await house.inbox.bury(house.row, "no-answer")


async def hear_and_give_up(house: House) -> None:
    await house.hear()
    await give_up(house)


EVENTS = {answer: {"waiting", "done"}, give_up: {"waiting", "failed"}, hear_and_give_up: {"waiting", "failed"}}
whenever = pytest.mark.parametrize("number", range(4))
whatever = pytest.mark.parametrize("happens", EVENTS)


@pytest.fixture
async def house(number: int, happens: Callable[[House], Awaitable[None]]) -> House:
    media, inbox = MemoryMedia(), MemoryInbox()
    key = await media.put(PHOTO)
    part = IncomingMedia(kind="photo", ref=key, media_type="image/jpeg")
    said = Incoming(channel=CHANNEL, chat="ada", key="ada:1", sender=Sender(id="ada"), parts=(part,))
    (row,) = await inbox.accept([said.arrival()])
    assert row is not None
    await inbox.start(row.id)
    return House(inbox, MemoryConversations(media, inbox=inbox), key, row.id, number, happens)


@whatever
@whenever
async def test_a_medium_is_of_its_chat_whenever_its_turn_goes_on(house: House) -> None:
    assert await house.timelines.refers("ada", house.key) == "photo"


@whatever
@whenever
async def test_a_turn_is_shown_once_whenever_it_goes_on(house: House) -> None:
    (item,) = (await house.timelines.newest("ada")).items
    assert (item.key, item.state in EVENTS[house.happens]) == ("1", True)


@whatever
@whenever
async def test_a_turn_is_found_whenever_it_goes_on(house: House) -> None:
    item = await house.timelines.find("ada", "1")
    assert item is not None and item.state in EVENTS[house.happens]
