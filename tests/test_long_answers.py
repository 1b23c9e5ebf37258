"""The real process: an answer of several pages comes as messages, one too long to read in a chat as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agents.models.openai.scripted_host import Script, ScriptedHost, said
from tests.emulator import BotMessage, Emulator
from tests.process import BotProcess
from tests.waiting import until

PATIENCE = 60.0  # seconds for one answer on a busy machine
PAGES, FILE = 560, 680  # lines of code: 19,000 and 23,000 characters, of which a page takes 4,096


def program(length: int) -> str:
    """An answer that is nearly all one block of code, of so many lines."""
    lines = [f"    print({number}, {number * 7919 % 10_000})  # line {number}" for number in range(length)]
    return "\n".join(["Here it is:", "", "```python", *lines, "```", "", "That is all of it."])


def fenced(message: BotMessage) -> bool:
    (entity,) = message.entities
    return (entity["type"], entity["language"]) == ("pre", "python")


@pytest.mark.timeout(120)
async def test_a_long_answer_comes_as_pages_and_a_very_long_one_as_a_file(tmp_path: Path) -> None:
    pages, file = program(PAGES), program(FILE)
    async with ScriptedHost(Script({"data": []}), said(pages), said(file)) as host, Emulator() as emulator:
        llm = host.reference("?context=64000&reply=20000")
        settings = {"PARLEY_PROFILE": "scripted", "PARLEY_LLM": llm, "PARLEY_TELEGRAM_RATE": "0"}
        async with BotProcess(emulator, tmp_path, **settings) as bot:
            ada = emulator.user()
            await ada.text("Please write the program.")
            await until(lambda: any("all of it" in message.text for message in emulator.sent(ada)), PATIENCE)
            first = list(emulator.sent(ada))
            await ada.text("Please write the longer one.")
            await until(lambda: emulator.sent(ada)[-1].method == "sendDocument", PATIENCE)
            second = emulator.sent(ada)[len(first) :]
            assert await bot.stop() == 0
        assert emulator.violations == []

    assert len(first) == 5
    assert all(fenced(message) for message in first)
    lines = [line for line in pages.splitlines() if line.startswith("    ")]
    assert [line for message in first for line in message.text.splitlines() if line.startswith("    ")] == lines

    introduction, sent = second
    assert introduction.text.startswith("Here it is:")
    assert fenced(introduction)
    assert sent.data == file.encode()
    assert sent.message["document"]["file_name"] == "answer.md"
