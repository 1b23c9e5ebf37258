"""A run that is long does not grow without bound."""

from __future__ import annotations

import pytest
from telegram.error import BadRequest

from tests.emulator import Emulator
from tests.emulator.conftest import client


async def test_only_the_last_messages_files_and_calls_are_kept() -> None:
    async with Emulator(keep=3) as emulator, client(emulator) as bot:
        ada = emulator.user()
        first = await ada.voice(b"ogg")
        for n in range(70):
            await ada.voice(b"ogg")
            await bot.send_message(ada.id, str(n))
        assert [sent.text for sent in emulator.sent(ada)] == ["67", "68", "69"]
        assert (await emulator.next_message(ada)).text == "67"
        assert (await emulator.next_message(ada)).text == "68"
        assert emulator.count("sendMessage") == 70
        assert len(emulator.calls) <= 150
        with pytest.raises(BadRequest, match="Wrong file_id"):
            await bot.get_file(first.message["voice"]["file_id"])
        with pytest.raises(BadRequest, match="to be replied not found"):
            await bot.send_message(ada.id, "x", reply_to_message_id=first.message_id)


async def test_what_is_said_while_telegram_is_down_waits() -> None:
    async with Emulator() as emulator, client(emulator) as bot:
        await emulator.stop()
        posted = await emulator.user().text("anyone?")
        await emulator.start()
        await emulator.down(0.05)
        assert [update.update_id for update in await bot.get_updates()] == [posted.update_id]
