"""Files in and messages out, as the workers use them, over real HTTP."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channel import Channel, DeliveryFailed, FileGone, FileTooLarge
from bot.telegram.channel import TelegramChannel
from tests.bot.telegram.conftest import MAX_BYTES, to
from tests.emulator import Emulator


async def voice_ref(emulator: Emulator, data: bytes, size: int | None = None) -> str:
    posted = await emulator.user().voice(data, size=size)
    return str(posted.message["voice"]["file_id"])


def test_it_is_a_channel(channel: TelegramChannel) -> None:
    offered: Channel = channel
    assert offered.name == "telegram"


async def test_fetch_brings_the_bytes(emulator: Emulator, channel: TelegramChannel) -> None:
    data = bytes(range(256)) * 3000
    assert await channel.fetch(await voice_ref(emulator, data)) == data


async def test_fetch_stops_at_the_limit_whatever_size_is_stated(emulator: Emulator, channel: TelegramChannel) -> None:
    with pytest.raises(FileTooLarge):
        await channel.fetch(await voice_ref(emulator, b"x", size=MAX_BYTES + 1))
    assert emulator.count("file") == 0
    with pytest.raises(FileTooLarge):
        await channel.fetch(await voice_ref(emulator, b"x" * (MAX_BYTES + 1), size=10))
    large = await emulator.user().large_file()
    with pytest.raises(FileTooLarge):
        await channel.fetch(large.message["document"]["file_id"])


async def test_fetch_of_what_telegram_no_longer_has_says_so(emulator: Emulator, channel: TelegramChannel) -> None:
    ref = await voice_ref(emulator, b"x")
    emulator.fail("file", status=404)
    with pytest.raises(FileGone):
        await channel.fetch(ref)
    emulator.files.forget(ref)
    with pytest.raises(FileGone):
        await channel.fetch(ref)


@pytest.mark.parametrize("how", [{"status": 502}, {"drop": True}, {"retry_after": 1}])
@pytest.mark.parametrize("method", ["getFile", "file"])
async def test_fetch_in_trouble_can_be_tried_again(
    emulator: Emulator, channel: TelegramChannel, method: str, how: dict[str, object]
) -> None:
    ref = await voice_ref(emulator, b"x")
    emulator.fail(method, **how)
    with pytest.raises(DeliveryFailed) as failed:
        await channel.fetch(ref)
    assert failed.value.retryable
    assert await channel.fetch(ref) == b"x"


async def test_fetch_has_a_deadline(
    emulator: Emulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.channel._FETCH", 0.2)
    emulator.fail("file", delay=5)
    with pytest.raises(DeliveryFailed) as failed:
        await channel.fetch(await voice_ref(emulator, b"x"))
    assert failed.value.retryable


@pytest.mark.parametrize("grouped", [False, True])
async def test_send_is_plain_text_without_previews_and_in_groups_a_reply(
    emulator: Emulator, channel: TelegramChannel, grouped: bool
) -> None:
    asked = await emulator.user().text("@parley_bot hello", chat=emulator.group() if grouped else None)
    await channel.send(to(asked.chat, asked.message_id), "*not bold* https://example.org <b>")
    message = await emulator.next_message(asked.chat)
    assert message.text == "*not bold* https://example.org <b>"
    assert message.reply_to == (asked.message_id if grouped else None)
    call = emulator.calls[-1].fields
    assert "parse_mode" not in call
    assert '"is_disabled": true' in call["link_preview_options"]


async def test_send_goes_out_though_the_message_it_replies_to_is_gone(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    group = emulator.group()
    await channel.send(to(group, 4711), "anyway")
    assert (await emulator.next_message(group)).reply_to is None


async def test_every_piece_of_a_long_text_is_taken(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    text = "🙂 A sentence with a smile. " * 600
    for piece in channel.split(text):
        await channel.send(to(ada.id), piece)
    assert " ".join(message.text for message in emulator.sent(ada)) == text.strip()


async def test_a_lone_surrogate_does_not_stop_an_answer(emulator: Emulator, channel: TelegramChannel) -> None:
    ada = emulator.user()
    await channel.send(to(ada.id), "half \ud83d an emoji")
    assert (await emulator.next_message(ada)).text == "half ? an emoji"


@pytest.mark.parametrize(
    ("how", "retryable", "retry_after"),
    [
        ({"retry_after": 7}, True, 7.0),
        ({"status": 500}, True, None),
        ({"status": 502}, True, None),
        ({"drop": True}, True, None),
        ({"status": 400}, False, None),
        ({"status": 403}, False, None),
    ],
)
async def test_send_tells_what_may_be_tried_again_and_when(
    emulator: Emulator, channel: TelegramChannel, how: dict[str, object], retryable: bool, retry_after: float | None
) -> None:
    ada = emulator.user()
    emulator.fail("sendMessage", **how)
    with pytest.raises(DeliveryFailed) as failed:
        await channel.send(to(ada.id), "hello")
    assert (failed.value.retryable, failed.value.retry_after) == (retryable, retry_after)


async def test_send_to_an_unknown_or_blocking_chat_is_not_tried_again(
    emulator: Emulator, channel: TelegramChannel
) -> None:
    ada = emulator.user()
    ada.block()
    for chat in (ada.id, 4711):
        with pytest.raises(DeliveryFailed) as failed:
            await channel.send(to(chat), "hello")
        assert not failed.value.retryable


async def test_typing_shows_while_working_and_no_longer(
    emulator: Emulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.channel._AT_ONCE", 0)
    monkeypatch.setattr("bot.telegram.channel._TYPING", 0.05)
    ada = emulator.user()
    async with channel.working(to(ada.id)):
        await asyncio.sleep(0.4)
    shown = emulator.actions(ada)
    assert set(shown) == {"typing"}
    assert 3 <= len(shown) <= 9
    await asyncio.sleep(0.15)
    assert len(emulator.actions(ada)) - len(shown) <= 1


@pytest.mark.parametrize("how", [{"status": 500}, {"drop": True}, {"retry_after": 30}, {"status": 403}])
async def test_typing_that_fails_disturbs_nobody(
    emulator: Emulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch, how: dict[str, object]
) -> None:
    monkeypatch.setattr("bot.telegram.channel._AT_ONCE", 0)
    ada = emulator.user()
    emulator.fail("sendChatAction", count=100, **how)
    began = time.monotonic()
    async with channel.working(to(ada.id)):
        await asyncio.sleep(0.1)
    assert time.monotonic() - began < 1
    assert emulator.count("sendChatAction") > 0
    assert emulator.actions(ada) == []


async def test_an_answer_that_comes_at_once_needs_no_sign(emulator: Emulator, channel: TelegramChannel) -> None:
    async with channel.working(to(emulator.user().id)):
        await asyncio.sleep(0.02)
    assert emulator.count("sendChatAction") == 0


async def test_typing_never_delays_the_answer_and_lets_errors_through(
    emulator: Emulator, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.channel._AT_ONCE", 0)
    emulator.fail("sendChatAction", count=100, delay=5)
    began = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        async with channel.working(to(emulator.user().id)):
            await asyncio.sleep(0.05)
            raise ZeroDivisionError
    assert time.monotonic() - began < 1
