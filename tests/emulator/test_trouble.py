"""Trouble comes as it was ordered."""

from __future__ import annotations

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
