"""The real process as people on Telegram meet it: albums, bursts, buttons, choices, invites, spoken answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.emulator import BotMessage, Emulator, Person
from tests.emulator.origins import from_channel
from tests.pictures import sign
from tests.process import BotProcess
from tests.sounds import voice
from tests.waiting import until

pytestmark = [pytest.mark.no_cover, pytest.mark.timeout(180)]

PATIENCE = 60.0  # seconds for one answer on a busy machine


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running
        assert running.violations == []


async def answer(emulator: Emulator, who: Person | int) -> BotMessage:
    return await emulator.next_message(who, within=PATIENCE)


def labels(message: BotMessage) -> list[str]:
    return [button["text"] for button in message.buttons]


async def test_an_album_a_burst_and_everything_under_an_answer(emulator: Emulator, tmp_path: Path) -> None:
    settings = {"PARLEY_PROFILE": "scripted", "PARLEY_TTS": "scripted:speech", "PARLEY_BURST_WAIT": "1.5"}
    async with BotProcess(emulator, tmp_path, **settings) as bot:
        ada = emulator.user()
        await ada.album([sign(str(n)) for n in range(4)], caption="What do they say?")
        album = await answer(emulator, ada)
        assert "👍" in labels(album)

        await ada.photo(sign("ONE"))
        await ada.voice(voice("en-train"))
        burst = await answer(emulator, ada)
        assert "I heard" in burst.text

        await ada.press(burst, "👂 What did you hear and see?")
        assert "% sure" in (await answer(emulator, ada)).text
        await ada.press(burst, "👎")
        await until(lambda: "It is wrong" in labels(burst), within=PATIENCE)
        await ada.press(burst, "It is wrong")
        await until(lambda: "👎 ✓" in labels(burst), within=PATIENCE)
        await ada.press(album, "🔁 Try again")
        assert (await answer(emulator, ada)).text

        await ada.text("/settings")
        choices = await answer(emulator, ada)
        await ada.press(choices, "Always")
        await until(lambda: "✓ Always" in labels(choices), within=PATIENCE)
        await ada.text("Hello!")
        assert (await answer(emulator, ada)).text == "You said: Hello!"
        assert (await answer(emulator, ada)).method == "sendVoice"
        assert len(emulator.sent(ada)) == 7, "one answer to each"

        await until(lambda: "settings" in emulator.methods.menus.get("zh", {}), within=PATIENCE)
        assert await bot.stop() == 0
    assert "Traceback" not in bot.output
    assert "row failed" not in bot.output


async def test_a_stranger_comes_in_by_an_admins_invite_and_goes_out_again(emulator: Emulator, tmp_path: Path) -> None:
    ada, bob = emulator.user(id=1, username="ada"), emulator.user(id=2, username="bob", first_name="Bob")
    settings = {"PARLEY_PROFILE": "scripted", "PARLEY_ACCESS": "", "PARLEY_ADMINS": "1"}
    async with BotProcess(emulator, tmp_path, **settings) as bot:
        await bob.text("Hello!")
        assert "Your id is 2" in (await answer(emulator, bob)).text
        await ada.text("/invite")
        code = (await answer(emulator, ada)).text.rsplit("\n", 1)[-1]
        await bob.text(f"/start {code}")
        assert "Welcome" in (await answer(emulator, bob)).text
        await bob.text("Hello!")
        assert (await answer(emulator, bob)).text == "You said: Hello!"
        await ada.text("/block 2")
        assert "2 is out" in (await answer(emulator, ada)).text
        await bob.text("Hello?")
        await ada.text("Are we alone?")
        assert (await answer(emulator, ada)).text == "You said: Are we alone?"
        assert len(emulator.sent(bob)) == 3
        assert await bot.stop() == 0
    assert code not in bot.output


async def test_a_comment_and_what_is_forwarded_with_it_have_one_answer(emulator: Emulator, tmp_path: Path) -> None:
    """The comment is a whole question, and is answered at once; what it came with takes the answer over."""
    settings = {"PARLEY_PROFILE": "scripted", "PARLEY_STREAM": "false"}
    async with BotProcess(emulator, tmp_path, **settings) as bot:
        ada = emulator.user()
        comment = await ada.text("Summarize in one line.")
        said = await answer(emulator, ada)
        letter = {"text": "Dear all, I resign.", "date": comment.message["date"]}
        await ada.send(letter, origin=from_channel("News"))
        await until(lambda: "I resign" in said.text, within=PATIENCE)
        assert "Summarize in one line." in said.text
        assert len(emulator.standing(ada)) == 1
        assert await bot.stop() == 0
    assert "Traceback" not in bot.output


async def test_a_groups_settings_are_its_administrators(emulator: Emulator, tmp_path: Path) -> None:
    ada, bob, group = emulator.user(1, "ada"), emulator.user(2, "bob", first_name="Bob"), emulator.group()
    emulator.groups.appoint(group, ada)
    async with BotProcess(emulator, tmp_path, PARLEY_PROFILE="scripted") as bot:
        await bob.text("/settings", chat=group)
        shown = await answer(emulator, group)
        await bob.press(shown, "中文")
        assert "only administrators" in (await answer(emulator, group)).text
        await bob.text("/reset", chat=group)
        assert "only administrators" in (await answer(emulator, group)).text
        await ada.press(shown, "中文")
        await until(lambda: "语言：中文" in shown.text, within=PATIENCE)
        await emulator.groups.anonymous(group).text("/reset", chat=group)
        assert "新的对话" in (await answer(emulator, group)).text
        assert emulator.count("getChatAdministrators") == 1
        assert await bot.stop() == 0
    assert "Traceback" not in bot.output
