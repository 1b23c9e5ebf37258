"""The real process: long answers are seen growing, short ones come in three calls, and each is there once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.emulator import Emulator
from tests.process import BotProcess
from tests.waiting import until

pytestmark = pytest.mark.timeout(120)

PATIENCE = 60.0  # seconds for one answer on a busy machine
LONG = "Please tell me all of this again: " + " ".join(f"word {number}" for number in range(40)) + "."


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running
        assert running.violations == []


def process(emulator: Emulator, folder: Path, seconds: float, **settings: str) -> BotProcess:
    llm = f"scripted:echo?seconds={seconds}"
    return BotProcess(emulator, folder, PARLEY_PROFILE="scripted", PARLEY_LLM=llm, **settings)


@pytest.mark.long  # in short: tests/bot/telegram/streaming
async def test_a_long_answer_grows_in_a_draft_and_in_a_group_in_the_message_it_becomes(
    emulator: Emulator, tmp_path: Path
) -> None:
    ada, group = emulator.user(), emulator.group()
    async with process(emulator, tmp_path, 6.5) as bot:
        asked = await ada.text(f"@{emulator.username} {LONG}", chat=group)
        await ada.text(LONG)
        alone = await emulator.next_message(ada, within=PATIENCE)
        together = await emulator.next_message(group, within=PATIENCE)
        await until(lambda: [button["text"] for button in together.buttons] != ["⏹ Stop"], within=PATIENCE)
        assert await bot.stop() == 0

    assert alone.text == f"You said: {LONG}"
    drafts = emulator.drafts(ada)
    assert 2 <= len(drafts) <= 8
    assert all(alone.text.startswith(draft.text.removesuffix("…")) for draft in drafts)
    assert emulator.standing_draft(ada) is None

    assert [message.text for message in emulator.sent(group)] == [f"You said: Ada: {LONG}"]
    assert together.reply_to == asked.message_id
    assert 2 <= len(together.texts) <= 4, "one in three seconds, and the answer"
    first = together.versions[0]
    assert first.markup is not None
    assert first.markup["inline_keyboard"][0][0]["callback_data"] == "stop"
    assert [len(message.buttons) for message in (alone, together)] == [3, 3]
    assert "Traceback" not in bot.output


@pytest.mark.long
async def test_an_answer_that_was_growing_at_a_kill_goes_on_in_the_same_message(
    emulator: Emulator, tmp_path: Path
) -> None:
    ada, group = emulator.user(), emulator.group()
    async with process(emulator, tmp_path, 9) as bot:
        await ada.text(f"@{emulator.username} {LONG}", chat=group)
        growing = await emulator.next_message(group, within=PATIENCE)
        await until(lambda: len(growing.texts) > 1, within=PATIENCE)
        await bot.kill()
        await bot.start()
        await until(lambda: [button["text"] for button in growing.buttons] != ["⏹ Stop"], within=PATIENCE)
        assert await bot.stop() == 0
    assert [message.text for message in emulator.sent(group)] == [f"You said: Ada: {LONG}"]


@pytest.mark.long
async def test_a_growing_answer_can_be_stopped_by_its_button(emulator: Emulator, tmp_path: Path) -> None:
    ada, group = emulator.user(), emulator.group()
    async with process(emulator, tmp_path, 20) as bot:
        await ada.text(f"@{emulator.username} {LONG}", chat=group)
        growing = await emulator.next_message(group, within=PATIENCE)
        await ada.press(growing, "⏹ Stop")
        await until(lambda: growing.buttons == [], within=10)
        assert await bot.stop() == 0
    (message,) = emulator.sent(group)
    assert f"You said: Ada: {LONG}".startswith(message.text[:20])
    assert len(message.text) < len(LONG)


async def test_an_answer_within_two_seconds_takes_three_calls(emulator: Emulator, tmp_path: Path) -> None:
    ada = emulator.user()
    async with process(emulator, tmp_path, 0.4) as bot:
        await ada.text("Hello!")
        answer = await emulator.next_message(ada, within=PATIENCE)
        assert await bot.stop() == 0
    assert answer.text == "You said: Hello!"
    made = [call.method for call in emulator.calls if "chat_id" in call.fields]
    assert made.count("sendMessage") == 1
    assert len(made) <= 2, "besides the getUpdates that brought the question"
    assert emulator.drafts(ada) == []
