"""The real client before the emulator: every call goes through the scheduler, and 429s reach their own chat alone."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import pytest
from pydantic import SecretStr
from telegram import Message
from telegram.constants import ChatAction
from telegram.error import RetryAfter

from bot.telegram.client import TelegramClient
from bot.telegram.pacing import Call, Crowded, Limits, NotNow, Urgency
from bot.telegram.pacing.refusals import seconds_of
from tests.emulator import Emulator

ADA, BOB = 1001, 1002


@pytest.fixture(autouse=True)
def _people(emulator: Emulator) -> None:
    emulator.user(ADA)
    emulator.user(BOB, username="bob")


def texts(emulator: Emulator) -> list[tuple[str, int]]:
    return [(call.fields["text"], call.status) for call in emulator.calls if call.method == "sendMessage"]


async def test_one_answer_in_each_of_a_hundred_chats_waits_for_nothing(
    emulator: Emulator, client: TelegramClient
) -> None:
    people = [emulator.user(id=3000 + number) for number in range(100)]
    await asyncio.gather(*(client.bot.send_message(person.id, "hello") for person in people))
    assert emulator.count("sendMessage") == 100
    assert client.pacing.tally.held == 0


async def test_a_429_keeps_its_own_chat_waiting_in_order_and_no_other(
    emulator: Emulator, client: TelegramClient
) -> None:
    emulator.fail("sendMessage", chat=ADA, retry_after=1)
    began = time.monotonic()
    first = asyncio.create_task(client.bot.send_message(ADA, "first"))
    second = asyncio.create_task(client.bot.send_message(ADA, "second"))
    await emulator.called("sendMessage", 1)
    await client.bot.send_message(BOB, "another's")
    assert not first.done()
    assert isinstance(await first, Message)
    assert time.monotonic() - began >= 1.0
    await second
    assert texts(emulator) == [("first", 429), ("another's", 200), ("first", 200), ("second", 200)]


async def test_who_has_no_time_to_wait_is_told_when_to_come_again(emulator: Emulator, client: TelegramClient) -> None:
    emulator.fail("sendMessage", chat=ADA, retry_after=60)
    with pytest.raises(RetryAfter) as told:
        await client.bot.send_message(ADA, "hello", rate_limit_args=Call(within=5.0))
    assert seconds_of(told.value) == 60.0
    with pytest.raises(Crowded):
        await client.bot.send_message(ADA, "hello", rate_limit_args=Call(within=5.0))
    assert emulator.count("sendMessage") == 1, "Telegram was asked again too early"


async def test_drafts_and_signs_give_way_to_an_answer_on_its_way(emulator: Emulator, client: TelegramClient) -> None:
    emulator.fail("sendMessage", delay=0.3)
    answer = asyncio.create_task(client.bot.send_message(ADA, "hello"))
    await asyncio.sleep(0)
    with pytest.raises(NotNow):
        await client.bot.send_message_draft(ADA, 1, "hel")
    with pytest.raises(NotNow):
        await client.bot.send_chat_action(ADA, ChatAction.TYPING)
    await client.bot.send_chat_action(BOB, ChatAction.TYPING)
    await answer
    assert emulator.count("sendMessageDraft") == 0
    assert emulator.actions(ADA) == []
    assert emulator.actions(BOB) == ["typing"]


async def test_edits_that_show_progress_stop_where_room_ends_and_the_last_one_comes(
    emulator: Emulator, client: TelegramClient
) -> None:
    message = await client.bot.send_message(ADA, "0")
    edit = partial(client.bot.edit_message_text, chat_id=ADA, message_id=message.message_id)
    skipped = 0
    for number in range(1, 7):
        try:
            await edit(str(number), rate_limit_args=Call(Urgency.PREVIEW))
        except NotNow:
            skipped += 1
    await edit("the end")
    assert 0 < skipped < 6
    assert emulator.sent(ADA)[0].text == "the end"


async def test_a_poll_that_is_told_to_wait_keeps_no_message_waiting(emulator: Emulator, client: TelegramClient) -> None:
    emulator.fail("getUpdates", retry_after=60)
    with pytest.raises(RetryAfter):
        await client.bot.do_api_request("get_Updates")
    await client.bot.send_message(ADA, "hello")
    assert client.pacing.tally.held == 0


async def test_the_settings_may_let_everything_through(emulator: Emulator) -> None:
    client = TelegramClient(SecretStr(emulator.token), emulator.base_url, limits=Limits.at(0))
    for number in range(30):
        await client.bot.send_message(ADA, str(number))
    assert client.pacing.tally.held == 0
    await client.close()
