"""Nothing that was shown of a growing answer ever stands where the answer should."""

from __future__ import annotations

import asyncio

import pytest

from agents.values import Answered, Reply, Trace
from bot.incoming import Incoming
from bot.telegram.channel import TelegramChannel
from tests.bot.telegram.conftest import to
from tests.bot.telegram.streaming.helping import Previewed, finish, grow, in_group
from tests.emulator import Emulator


async def test_an_edit_under_way_is_over_before_the_answer_is_sent(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher, pieces=15)
        emulator.fail("editMessageText", delay=0.5)
        edits = emulator.count("editMessageText")
        text = await grow(watcher, pieces=20)
    await finish(channel, on, text, previewed)
    assert emulator.count("editMessageText") >= edits + 2, "one that was slow, and the answer"
    (message,) = emulator.sent(int(on.chat))
    assert message.text == text.replace("**", "").strip()


async def test_an_edit_that_may_come_later_than_the_answer_finds_nothing_to_change(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._LAST_CALL", 0.1)
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher, pieces=15)
        emulator.fail("editMessageText", delay=1)
        text = await grow(watcher, pieces=20)
    answer = await finish(channel, on, text, previewed)
    edits = emulator.count("editMessageText")
    await emulator.called("editMessageText", edits + 1)  # it was not waited for
    (message,) = emulator.standing(int(on.chat))
    assert str(message.message_id) == answer
    assert message.texts == [text.replace("**", "").strip()]


async def test_a_preview_that_comes_later_than_the_answer_is_taken_away(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._LAST_CALL", 0.05)
    on = in_group(emulator)
    emulator.fail("sendMessage", delay=0.5)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher, pieces=12)
    await finish(channel, on, text, previewed)
    await emulator.called("deleteMessage")
    assert previewed.messages == []
    assert [message.text for message in emulator.standing(int(on.chat))] == [text.replace("**", "").strip()]


async def test_an_edit_whose_connection_broke_leaves_the_preview_in_doubt(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    emulator.fail("editMessageText", drop=True)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
    answer = await finish(channel, on, text, previewed)
    assert [str(message.message_id) for message in emulator.standing(int(on.chat))] == [answer]
    assert previewed.messages != [answer]


async def test_the_watcher_neither_waits_nor_raises_whatever_telegram_does(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.streaming._LAST_CALL", 0.2)
    emulator.fail("*", count=1000, delay=30)
    for on in (to(emulator.user().id), in_group(emulator)):
        async with asyncio.timeout(3):
            await _worked(channel, on, previewed)


async def _worked(channel: TelegramChannel, on: Incoming, previewed: Previewed) -> None:
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher, pieces=10)
        watcher(Answered(Reply(text, "en"), (), Trace((), (), 0.1)))


async def test_errors_come_through_and_end_it(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    with pytest.raises(ZeroDivisionError):
        async with channel.working(on, previewed) as watcher:
            await grow(watcher)
            raise ZeroDivisionError
    calls = len(emulator.calls)
    await asyncio.sleep(0.2)
    assert len(emulator.calls) == calls
