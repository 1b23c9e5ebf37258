"""In groups and for business accounts it is seen in a message that becomes the answer."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.channel import DeliveryFailed
from bot.incoming import Sender
from bot.telegram.channel import TelegramChannel
from bot.telegram.client import TelegramClient
from tests.bot.telegram.conftest import to
from tests.bot.telegram.streaming.helping import Previewed, finish, grow, in_group
from tests.emulator import Emulator


async def test_a_group_sees_one_message_grow_which_becomes_the_answer(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    ada, group = emulator.user(), emulator.group()
    asked = await ada.text("@parley_test_bot tell me", chat=group)
    on = to(group, asked.message_id)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
        (growing,) = emulator.sent(group)
        assert [(button["text"], button["callback_data"]) for button in growing.buttons] == [("⏹ Stop", "stop")]
    await finish(channel, on, text, previewed)
    (message,) = emulator.sent(group)
    assert previewed.messages == [str(message.message_id)]
    assert previewed.edits == 0, "it was told of before it was shown any further"
    assert message.reply_to == asked.message_id
    assert len(message.texts) > 3
    assert message.text == text.replace("**", "").strip()
    assert [button["callback_data"] for button in message.buttons] == ["good:1"]
    assert emulator.drafts(group) == []


async def test_a_topic_sees_it_there(emulator: Emulator, channel: TelegramChannel, previewed: Previewed) -> None:
    ada, group = emulator.user(), emulator.group(forum=True)
    topic = await emulator.groups.topic(group, "News", ada)
    on = to(group).model_copy(update={"chat": f"{group}:{topic}"})
    async with channel.working(on, previewed) as watcher:
        await grow(watcher)
    assert [message.topic for message in emulator.sent(group)] == [topic]


async def test_a_business_account_is_answered_for_in_the_same_way(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    business, ada = await emulator.business(emulator.user(id=1009, username="owner")), emulator.user()
    await business.customer(ada).text("Are you open?")
    on = to(ada.id).model_copy(update={"chat": f"{ada.id}@{business.connection.id}"})
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    (message,) = emulator.sent(business.key(ada))
    assert message.business == business.connection.id
    assert len(message.texts) > 3
    assert message.text == text.replace("**", "").strip()
    assert emulator.drafts(ada) == []


async def test_a_doubtful_preview_that_may_not_be_taken_away_becomes_the_answer(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    business, ada = await emulator.business(emulator.user(id=1009, username="owner")), emulator.user()
    await business.customer(ada).text("Are you open?")
    on = to(ada.id).model_copy(update={"chat": f"{ada.id}@{business.connection.id}"})
    emulator.fail("editMessageText", drop=True)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    assert [message.text for message in emulator.standing(business.key(ada))] == [text.replace("**", "").strip()]


async def test_the_button_speaks_the_language_of_who_asked(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator).model_copy(update={"sender": Sender(id="2", locale="zh-hans")})
    async with channel.working(on, previewed) as watcher:
        await grow(watcher)
    assert [button["text"] for button in emulator.sent(int(on.chat))[0].buttons] == ["⏹ 停止"]


async def test_a_preview_that_an_earlier_try_left_is_used_again(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher)
    async with channel.working(on, previewed, previewed.messages[0]) as watcher:
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    assert len(previewed.messages) == 1
    assert [message.text for message in emulator.sent(int(on.chat))] == [text.replace("**", "").strip()]


async def test_a_preview_that_is_deleted_meanwhile_is_left_and_the_answer_comes(
    emulator: Emulator, client: TelegramClient, channel: TelegramChannel, previewed: Previewed
) -> None:
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        await grow(watcher, pieces=15)
        await client.bot.delete_message(int(on.chat), int(previewed.messages[0]))
        text = await grow(watcher)
    await finish(channel, on, text, previewed)
    assert len(previewed.messages) == 1
    assert [message.text for message in emulator.standing(int(on.chat))] == [text.replace("**", "").strip()]


async def test_the_longer_it_takes_the_less_often_it_is_edited(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telegram.channel._EVERY_IN_GROUPS", 0.03)
    monkeypatch.setattr("bot.telegram.showing._SLOWER_AFTER", 2)
    on = in_group(emulator)
    async with channel.working(on, previewed) as watcher:
        growing = asyncio.create_task(grow(watcher, pieces=10_000))
        await emulator.called("editMessageText", 6, within=20)
        growing.cancel()
    (message,) = emulator.sent(int(on.chat))
    gaps = [after.at - before.at for before, after in pairwise(message.versions)]
    assert all(gap >= 0.09 for gap in gaps[5:])


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_a_429_while_it_grows_is_obeyed_by_what_grows_and_by_the_answer(
    emulator: Emulator, channel: TelegramChannel, previewed: Previewed, method: str
) -> None:
    on = in_group(emulator)
    emulator.fail(method, retry_after=60)
    async with channel.working(on, previewed) as watcher:
        text = await grow(watcher, pieces=60)
    with pytest.raises(DeliveryFailed) as failed:
        await finish(channel, on, text, previewed)
    assert [call.status for call in emulator.calls][-1] == 429, "nothing was tried after it"
    assert failed.value.retryable
    assert failed.value.retry_after is not None
    assert failed.value.retry_after > 10
