"""Trouble comes as it was ordered."""

from __future__ import annotations

import asyncio
import time

import pytest
import telegram
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.emulator import Emulator
from tests.emulator.conftest import client


async def test_wrong_token_unknown_and_blocking_chats_are_told(emulator: Emulator, bot: telegram.Bot) -> None:
    with pytest.raises(InvalidToken):
        async with client(emulator, "1:wrong"):
            pass
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4711, "hello")
    ada = emulator.user()
    ada.block()
    with pytest.raises(Forbidden):
        await bot.send_message(ada.id, "hello")
    assert emulator.violations == []


async def test_trouble_comes_as_ordered_and_no_longer(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, bob = emulator.user().id, emulator.user(2, "bob").id
    emulator.fail("sendMessage", chat=ada, retry_after=3)
    await bot.send_message(bob, "unharmed")
    with pytest.raises(RetryAfter) as limited:
        await bot.send_message(ada, "limited")
    assert str(limited.value.retry_after) == "0:00:03"
    emulator.fail("sendMessage", status=502)
    with pytest.raises(NetworkError):
        await bot.send_message(ada, "bad gateway")
    emulator.fail("sendMessage", drop=True)
    with pytest.raises(NetworkError):
        await bot.send_message(ada, "lost on the way")
    assert emulator.sent(ada) == []
    emulator.fail("sendMessage", drop=True, after=True)
    with pytest.raises(NetworkError):
        await bot.send_message(ada, "taken, and nobody told")
    assert [message.text for message in emulator.sent(ada)] == ["taken, and nobody told"]
    emulator.fail("sendMessage", delay=0.3)
    began = time.monotonic()
    await bot.send_message(ada, "slow")
    assert time.monotonic() - began >= 0.3


async def test_too_many_messages_to_a_chat_are_refused_until_its_time_is_over(
    emulator: Emulator, bot: telegram.Bot
) -> None:
    ada, bob = emulator.user(), emulator.user(2, "bob")
    limits = emulator.limits(per_chat=1)
    await bot.send_message(ada.id, "one")
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.id, "two")
    with pytest.raises(RetryAfter):
        await bot.send_message(ada.id, "two, at once again")
    await bot.send_chat_action(ada.id, "typing")
    await bot.send_message(bob.id, "another chat is free")
    assert [(r.chat, r.warned) for r in limits.refused] == [(ada.id, False), (ada.id, True)]
    assert limits.disobeyed == 1
    emulator.limits()
    await bot.send_message(ada.id, "two")


async def test_groups_and_all_chats_together_have_limits_of_their_own(emulator: Emulator, bot: telegram.Bot) -> None:
    ada, group = emulator.user(), emulator.group()
    limits = emulator.limits(per_group=2)
    sent = await bot.send_message(group, "one")
    await sent.edit_text("two")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(group, "three")
    assert "0:00:50" < str(refused.value.retry_after) <= "0:01:00"
    await bot.send_message(ada.id, "private")
    assert len(limits.refused) == 1
    limits = emulator.limits(overall=3)
    taken = [bot.send_message(emulator.user(n, f"p{n}").id, "x") for n in range(10, 15)]
    answers = await asyncio.gather(*taken, return_exceptions=True)
    assert sum(isinstance(answer, RetryAfter) for answer in answers) == 2
