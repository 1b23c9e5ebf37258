"""What Telegram brings once more is answered once, whichever way and to whichever process it comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.kill.lives import free_port, hooked
from tests.kill.marks import word
from tests.kill.site import settings
from tests.kill.waiting import Waiting
from tests.process import BotProcess
from tests.waiting import until

WITHIN = 60.0  # seconds, on a busy machine


@pytest.mark.long
async def test_an_update_that_comes_again_is_answered_once_by_polling_and_by_webhook_across_a_restart(
    tmp_path: Path,
) -> None:
    async with Emulator() as emulator:
        ada, waiting = emulator.user(), Waiting(emulator, tmp_path)
        first = await ada.text(f"{word(1)}.")
        polling = BotProcess(emulator, tmp_path, **settings(tmp_path))
        await polling.start()
        await emulator.next_message(ada, WITHIN)
        await emulator.updates.repeat(first.update_id)
        second = await ada.text(f"{word(2)}.")
        await emulator.next_message(ada, WITHIN)
        await until(lambda: waiting.count() == 0, within=WITHIN)
        await polling.kill()
        port = free_port()
        async with BotProcess(emulator, tmp_path, **settings(tmp_path, 0.03, **hooked(port))) as brought:
            for posted in (first, second):
                await emulator.updates.repeat(posted.update_id)
            await ada.text(f"{word(3)}.")
            await emulator.next_message(ada, WITHIN)
            await until(lambda: not emulator.updates.unconfirmed, within=WITHIN)
            assert emulator.webhook.attempts >= 3
            await ada.text(f"{word(4)}.")
            await emulator.next_message(ada, WITHIN)
            assert await brought.stop() == 0
        answers = [message.text for message in emulator.sent(ada)]
        assert [text.split()[2] for text in answers] == [word(number) for number in (1, 2, 3, 4)]
        assert emulator.violations == []
