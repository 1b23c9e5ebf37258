"""Notices: people hear once that their message must wait, and never anything that breaks."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

import pytest

from bot.access import Access
from bot.channel import DeliveryFailed, Previewed, Watcher
from bot.incoming import Incoming, Sender
from bot.notices import Notices
from bot.said import Choices, Said
from bot.texts import Texts
from storage.memory import MemoryInbox
from storage.ports import Arrival


class Line:
    """A channel that only sends."""

    name = "line"

    def __init__(self, *, broken: bool = False) -> None:
        self.sent: list[tuple[str, str]] = []
        self.places: list[str | None] = []
        self._broken = broken

    async def fetch(self, ref: str) -> bytes:
        raise AssertionError("nothing to fetch")

    def compose(self, said: Said) -> list[str]:
        return [said.text]

    async def send(self, to: Incoming, text: str, instead: str | None = None) -> None:
        if self._broken:
            raise DeliveryFailed("down", retryable=True)
        self.sent.append((to.chat, text))
        self.places.append(instead)

    def newest(self, to: Incoming) -> None:
        """It has no such."""

    async def found(self, to: Incoming, piece: object, doubt: object, known: object, looking: object) -> str | None:
        raise AssertionError("nothing is in doubt")

    async def adorn(self, to: Incoming, message: str, choices: Choices) -> None:
        raise AssertionError("nothing is under it")

    async def withdraw(self, to: Incoming, message: str) -> None:
        raise AssertionError("nothing is surplus")

    def working(
        self, on: Incoming, previewed: Previewed, preview: str | None = None
    ) -> AbstractAsyncContextManager[Watcher]:
        return nullcontext(lambda _: None)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def arrival(chat: str = "a", *, locale: str = "en", channel: str = "line") -> Arrival:
    incoming = Incoming(channel=channel, chat=chat, key="1", sender=Sender(id=chat, locale=locale))
    return Arrival(channel, chat, "1", incoming.model_dump_json())


def notices(line: Line, clock: Clock, *, access: Access | None = None, most: int = 1000) -> Notices:
    return Notices(
        {"line": line}, {"line": access or Access(everybody=True)}, Texts(), every=600.0, most=most, clock=clock
    )


async def test_a_chat_is_told_of_a_delay_once_in_ten_minutes() -> None:
    line, clock = Line(), Clock()
    told = notices(line, clock)
    for clock.now in (0.0, 1.0, 599.0):
        await told.delayed(arrival())
    assert len(line.sent) == 1
    await told.delayed(arrival("b"))
    assert [chat for chat, _ in line.sent] == ["a", "b"]
    clock.now = 601.0
    await told.delayed(arrival())
    assert [chat for chat, _ in line.sent] == ["a", "b", "a"]


async def test_a_delay_is_told_in_the_language_of_the_sender() -> None:
    line = Line()
    told = notices(line, Clock())
    await told.delayed(arrival("a", locale="en"))
    await told.delayed(arrival("b", locale="zh-hans"))
    assert "cannot store anything" in line.sent[0][1]
    assert "无法保存数据" in line.sent[1][1]


async def test_only_so_many_chats_hear_of_it_in_ten_minutes_and_none_twice() -> None:
    line, clock = Line(), Clock()
    told = notices(line, clock, most=2)
    for chat in ("a", "b", "c", "b", "c", "a"):
        await told.delayed(arrival(chat))
    assert [chat for chat, _ in line.sent] == ["a", "b"]
    clock.now = 601.0
    await told.delayed(arrival("c"))
    assert [chat for chat, _ in line.sent] == ["a", "b", "c"]


async def test_a_delay_that_was_told_does_not_hide_a_crowd() -> None:
    line = Line()
    told = notices(line, Clock())
    (row,) = await MemoryInbox().accept([arrival()])
    assert row is not None
    for _ in range(2):
        await told.delayed(row)
        await told.crowded(row, None)
    assert len(line.sent) == 2


async def test_strangers_are_told_nothing() -> None:
    line = Line()
    await notices(line, Clock(), access=Access(names=frozenset({"b"}))).delayed(arrival("a"))
    assert line.sent == []


@pytest.mark.parametrize(("delivered", "place"), [(0, "77"), (1, None)])
async def test_what_was_shown_of_an_answer_that_is_given_up_makes_room(delivered: int, place: str | None) -> None:
    line, inbox, kept = Line(), MemoryInbox(), arrival()
    (row,) = await inbox.accept([kept])
    assert row is not None
    await notices(line, Clock()).buried(replace(row, preview="77", delivered=delivered))
    assert line.places == [place]


async def test_what_cannot_be_read_or_delivered_is_passed_over() -> None:
    line = Line()
    told = notices(line, Clock())
    await told.delayed(Arrival("line", "a", "1", "not JSON"))
    await told.delayed(arrival("b", channel="gone"))
    assert line.sent == []
    await notices(Line(broken=True), Clock()).delayed(arrival())
