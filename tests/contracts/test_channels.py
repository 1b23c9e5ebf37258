"""What every channel keeps to, whichever way it goes out: Telegram over HTTP, and the web chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from pydantic import SecretStr

from agents.values import Answered, Delta, Event, Reply, Restarted, Routed, Trace
from bot.channel import Channel, DeliveryFailed, FileGone, FileTooLarge
from bot.incoming import Incoming, Sender
from bot.said import Choice, Said, Transcript
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from bot.web.channel import WebChannel
from bot.web.hub import Hub
from bot.web.timeline import Timelines
from storage.errors import StorageBusy
from storage.memory import MemoryConversations, MemoryInbox, MemoryMedia
from storage.ports import InboxRow
from tests.emulator import Emulator

MOST = 1024 * 1024
EVENTS: tuple[Event, ...] = (
    Routed(()),
    Delta("one"),
    Restarted(),
    Delta("half \ud83d an emoji"),
    Answered(Reply("half \ud83d an emoji", "en"), (), Trace((), (), 0.1)),
)


@dataclass(frozen=True)
class Offered:
    """A channel with somebody to answer, a way to give it a file, and ways to make things go wrong."""

    channel: Channel
    to: Incoming
    given: Callable[[bytes], Awaitable[str]]
    lose: Callable[[str], None]
    trouble: Callable[[], None]


@pytest.fixture(params=["telegram", "web"])
async def offered(request: pytest.FixtureRequest) -> AsyncIterator[Offered]:
    if request.param == "web":
        yield _web()
        return
    async with Emulator() as emulator:
        client = TelegramClient(SecretStr(emulator.token), emulator.base_url)
        yield _telegram(emulator, client)
        await client.close()
        assert emulator.violations == []


def _telegram(emulator: Emulator, client: TelegramClient) -> Offered:
    ada = emulator.user()

    async def given(data: bytes) -> str:
        return str((await ada.voice(data)).message["voice"]["file_id"])

    def trouble() -> None:
        for method in ("getFile", "sendChatAction", "editMessageReplyMarkup"):
            emulator.fail(method, count=100, status=502)

    to = Incoming(channel="telegram", chat=str(ada.id), key="1", sender=Sender(id=str(ada.id)))
    return Offered(TelegramChannel(client, MOST), to, given, emulator.files.forget, trouble)


class Media(MemoryMedia):
    """Can be lost and be in trouble."""

    broken = False

    def lose(self, key: str) -> None:
        del self._files[key]

    async def get(self, key: str) -> bytes:
        if self.broken:
            raise StorageBusy("scripted")
        return await super().get(key)


class Rows(MemoryInbox):
    broken = False

    async def waiting(self, channel: str, chat: str, *, after: int, limit: int) -> list[InboxRow]:
        if self.broken:
            raise StorageBusy("scripted")
        return []


def _web() -> Offered:
    media, inbox, chat = Media(), Rows(), str(uuid4())

    def trouble() -> None:
        media.broken = inbox.broken = True

    channel = WebChannel(media, Timelines(MemoryConversations(media), inbox), Hub(), MOST)
    to = Incoming(channel="web", chat=chat, key=f"{chat}:{uuid4()}", sender=Sender(id=chat))
    return Offered(channel, to, media.put, media.lose, trouble)


async def previewed(message: str) -> None:
    """No answer here takes long enough to be shown before it is whole."""
    raise AssertionError(message)


async def test_fetch_brings_the_bytes(offered: Offered) -> None:
    data = bytes(range(256)) * 3000
    assert await offered.channel.fetch(await offered.given(data)) == data


async def test_fetch_of_what_is_no_longer_there_says_so(offered: Offered) -> None:
    ref = await offered.given(b"x")
    offered.lose(ref)
    with pytest.raises(FileGone):
        await offered.channel.fetch(ref)


async def test_fetch_keeps_to_the_limit(offered: Offered) -> None:
    ref = await offered.given(b"x" * (MOST + 1))
    with pytest.raises(FileTooLarge):
        await offered.channel.fetch(ref)


async def test_fetch_in_trouble_can_be_tried_again(offered: Offered) -> None:
    ref = await offered.given(b"x")
    offered.trouble()
    with pytest.raises(DeliveryFailed) as failed:
        await offered.channel.fetch(ref)
    assert failed.value.retryable


SAID = (
    Said("short"),
    Said("🙂 A sentence with a smile. " * 600),
    Said("x" * 20_000, markdown=True),
    Said("A long answer. " * 500 + "\ud83d", markdown=True),
    Said(""),
    Said("\n" * 50, markdown=True),
    Said("**yes**", markdown=True, above=(Transcript("I heard", "is it?"),), choices=((Choice("good", "good:1"),),)),
)


@pytest.mark.parametrize("said", SAID, ids=range(len(SAID)))
async def test_what_is_said_has_pieces_that_are_the_same_each_time_and_all_taken(offered: Offered, said: Said) -> None:
    pieces = offered.channel.compose(said)
    assert len(pieces) >= 1
    assert list(offered.channel.compose(said)) == list(pieces)
    for piece in pieces:
        await offered.channel.send(offered.to, piece)


async def test_what_is_said_may_take_the_place_of_a_message_that_stands_or_not(offered: Offered) -> None:
    (piece,), (other,) = offered.channel.compose(Said("one")), offered.channel.compose(Said("another"))
    message = await offered.channel.send(offered.to, piece)
    for instead in (message, "4711"):
        await offered.channel.send(offered.to, other, instead)


async def test_buttons_that_cannot_be_changed_are_left(offered: Offered) -> None:
    offered.trouble()
    await offered.channel.adorn(offered.to, "4711", ((Choice("why", "why:1"),),))


async def test_every_event_of_a_turn_may_be_watched(offered: Offered) -> None:
    async with offered.channel.working(offered.to, previewed) as watcher:
        for event in EVENTS:
            watcher(event)
    for piece in offered.channel.compose(Said("half an emoji")):
        await offered.channel.send(offered.to, piece)


async def test_working_in_trouble_disturbs_nobody_and_waits_for_nothing(offered: Offered) -> None:
    offered.trouble()
    async with asyncio.timeout(4), offered.channel.working(offered.to, previewed) as watcher:
        for event in EVENTS:
            watcher(event)
        await asyncio.sleep(0.05)


async def test_working_lets_errors_through_and_can_begin_again(offered: Offered) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            async with offered.channel.working(offered.to, previewed) as watcher:
                watcher(Delta("one"))
                raise ZeroDivisionError


async def test_working_that_is_broken_off_ends(offered: Offered) -> None:
    async def work() -> None:
        async with offered.channel.working(offered.to, previewed):
            await asyncio.sleep(30)

    task = asyncio.create_task(work())
    await asyncio.sleep(0.05)
    task.cancel()
    async with asyncio.timeout(2):
        assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
