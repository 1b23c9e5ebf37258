"""What the bot is seen doing while it works."""

from __future__ import annotations

import asyncio
import time

import pytest

from agents.values import Answered, Delta, Reply, Trace
from bot.said import Said
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from tests.bot.telegram.conftest import MAX_BYTES, to
from tests.emulator import Emulator

WHOLE = Answered(Reply("Hello.", "en"), (), Trace((), (), 0.1))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.signs._AT_ONCE", 0)
    monkeypatch.setattr("bot.telegram.signs._EVERY", 0.05)


@pytest.fixture
def channel(client: TelegramClient) -> TelegramChannel:
    """One that shows nothing but signs."""
    return TelegramChannel(client, MAX_BYTES, stream=False)


async def previewed(message: str) -> None:
    raise AssertionError("nothing is previewed")


async def test_typing_shows_while_working_and_no_longer(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    async with channel.working(to(ada.id), previewed):
        await emulator.called("sendChatAction", 2)
    shown = emulator.actions(ada)
    assert set(shown) == {"typing"}
    await asyncio.sleep(0.15)
    assert len(emulator.actions(ada)) - len(shown) <= 1


async def test_signs_leave_room_for_the_answer(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    async with channel.working(to(ada.id), previewed):
        await asyncio.sleep(0.4)
    assert 1 <= len(emulator.actions(ada)) <= 3
    (piece,) = channel.compose(Said("Hello."))
    await channel.send(to(ada.id), piece)
    assert len(emulator.sent(ada)) == 1


async def test_an_answer_that_is_whole_and_still_not_sent_is_being_spoken(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    ada = emulator.user()
    async with channel.working(to(ada.id), previewed) as watcher:
        watcher(WHOLE)
        await emulator.called("sendChatAction")
    assert emulator.actions(ada)[0] == "record_voice"


async def test_who_sees_the_answer_grow_needs_no_sign(
    emulator: Emulator, client: TelegramClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.signs._AT_ONCE", 0.3)
    monkeypatch.setattr("bot.telegram.signs._EVERY", 5.0)
    monkeypatch.setattr("bot.telegram.streaming._AT_FIRST", 0.02)
    ada = emulator.user()
    async with TelegramChannel(client, MAX_BYTES).working(to(ada.id), previewed) as watcher:
        watcher(Delta("Hello."))
        await asyncio.sleep(0.7)
    assert len(emulator.drafts(ada)) == 1
    assert emulator.actions(ada) == []


async def test_a_sign_is_shown_in_the_topic(emulator: Emulator, channel: TelegramChannel) -> None:
    ada, group = emulator.user(), emulator.group(forum=True)
    topic = await emulator.groups.topic(group, "News", ada)
    async with channel.working(to(group).model_copy(update={"chat": f"{group}:{topic}"}), previewed):
        await emulator.called("sendChatAction")
    assert emulator.calls[-1].fields["message_thread_id"] == str(topic)


@pytest.mark.parametrize("how", [{"status": 500}, {"drop": True}, {"retry_after": 30}, {"status": 403}])
async def test_signs_that_fail_disturb_nobody(
    emulator: Emulator, channel: TelegramChannel, how: dict[str, object]
) -> None:
    ada = emulator.user()
    emulator.fail("sendChatAction", count=100, **how)
    began = time.monotonic()
    async with channel.working(to(ada.id), previewed):
        await asyncio.sleep(0.1)
    assert time.monotonic() - began < 1
    assert emulator.count("sendChatAction") > 0
    assert emulator.actions(ada) == []


async def test_an_answer_that_comes_at_once_needs_no_sign(
    emulator: Emulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.signs._AT_ONCE", 1.0)
    async with channel.working(to(emulator.user().id), previewed):
        await asyncio.sleep(0.02)
    assert emulator.count("sendChatAction") == 0


async def test_signs_never_delay_the_answer_and_let_errors_through(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    emulator.fail("sendChatAction", count=100, delay=5)
    began = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        async with channel.working(to(emulator.user().id), previewed):
            await asyncio.sleep(0.05)
            raise ZeroDivisionError
    assert time.monotonic() - began < 1
