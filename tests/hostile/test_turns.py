"""Hostile text where no door stands before it: whole turns in this process, and the terminal with its JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from agents.limits import Limits
from bot.terminal.once import Once
from bot.terminal.plain import plain
from tests.agents.house import House, finding, photo, read, said, voice
from tests.hostile.texts import TEXTS
from tests.process import ROOT

LONGEST = Limits().max_reply + 2_000  # characters: the reply, and what is told of media beside it
OBEYED = "\x00\x07\x1b\x9b\u202e\u2066\ud83d"  # what a terminal or a reader of text would obey


@pytest.mark.parametrize("name", TEXTS)
async def test_whoever_says_it_the_answer_is_there_and_bounded(name: str) -> None:
    """A person, the history, a voice, a photo, a sender's name, and the language model itself."""
    text = TEXTS[name]
    for house, parts, more in (
        (House(), (text,), {}),
        (House(), ("And now?",), {"history": said(text, text)}),
        (House(transcript=[text]), (voice(),), {}),
        (House(transcript=[finding(text, 0.9, "en")], caption=[text], ocr=read(text, text)), (photo(), "What?"), {}),
        (House(), ("hello",), {"sender": text, "locale": text}),
        (House([text]), ("hello",), {}),
    ):
        answered = await house.ask(*parts, **more)
        assert answered.reply.text
        assert len(answered.reply.text) < LONGEST
        assert all(len(step.input) + len(step.output) < 100_000 for step in answered.trace.steps)


@pytest.mark.parametrize("name", TEXTS)
async def test_json_says_the_same_and_holds_nothing_a_terminal_obeys(name: str) -> None:
    once = Once(await House([TEXTS[name]]).ask(TEXTS[name]), name, 0.1)
    line = once.json()
    assert "\n" not in line
    assert not set(line) & set(OBEYED) and not set(once.text()) & set(OBEYED)
    assert json.loads(line)["reply"] == once.answered.reply.text
    line.encode()


async def test_a_pipe_of_everything_hostile_is_answered_line_by_line(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "TELEGRAM_"))}
    settings = {
        "PARLEY_PROFILE": "scripted",
        "PARLEY_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "chat",
        cwd=tmp_path, env=kept | settings, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    lines = [b" ".join(text.encode("utf-8", "surrogatepass").split(b"\n")) for text in TEXTS.values()]
    async with asyncio.timeout(60):
        out, _ = await process.communicate(b"\n".join([*lines, b"\xff\xfe\x80", b"Are you still there?", b""]))
    shown = out.decode()
    assert process.returncode == 0, shown[-2_000:]
    assert "Traceback" not in shown
    assert "Are you still there?" in shown
    assert plain(shown) == shown.replace("\r", "\ufffd")
