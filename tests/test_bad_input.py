"""Bad input through the real process: a clear short answer, a trace that says what went wrong, and nothing lost."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from tests.emulator import Emulator, Person, Posted
from tests.pictures import sign
from tests.process import ROOT, BotProcess
from tests.sounds import voice
from tests.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.no_cover]

PATIENCE = 20.0  # seconds for one answer on a busy machine
LONGEST = 500  # characters of a clear short answer
LEAKS = re.compile(r"\w+(?:Error|Exception|Warning)\b|Traceback|(?:/[\w.-]+){2,}|\.py\b|\b0x[0-9a-f]{4,}")
JPEG, PNG, OGG = sign(), sign(media_type="image/png"), voice("en-sign")
STEPS = """SELECT steps FROM traces JOIN turns ON turns.id = turn_id JOIN inbox ON inbox.id = inbox_id
WHERE key = ?"""
REASONS = (
    """SELECT reason FROM parts JOIN turns ON turns.id = turn_id JOIN inbox ON inbox.id = inbox_id WHERE key = ?"""
)
LETTER_SOUP = "word " * 20_000


@dataclass(frozen=True, slots=True)
class Case:
    """``says`` is what the answer must mean, ``why`` the code of what went wrong that is kept with the turn."""

    send: Callable[[Person], Awaitable[Posted]]
    says: str
    why: str | None


def names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def half(data: bytes) -> bytes:
    return data[: len(data) // 2]


NO_IMAGE = "damaged or not an image"
NO_RECORDING = "damaged or not a recording"
CASES = {
    "message without content": Case(lambda p: p.nothing(), "message is empty", "empty"),
    "blank message": Case(lambda p: p.text(" \n\t"), "message is empty", "empty"),
    "100,000 characters": Case(lambda p: p.text(LETTER_SOUP), r"of 99999 characters I read \d+", None),
    "half a surrogate pair": Case(lambda p: p.text("hi \ud83d there"), "You said: hi \ufffd there", None),
    "NUL": Case(lambda p: p.text("hi \x00 there"), "You said: hi .* there", None),
    "photo that is no image": Case(lambda p: p.photo(b"not an image"), NO_IMAGE, "not-an-image"),
    "no image, with a question": Case(lambda p: p.photo(b"no", caption="What is it?"), NO_IMAGE, "not-an-image"),
    ".jpg that is a program": Case(
        lambda p: p.document(b"MZ\x90\x00" * 99, name="cat.jpg", mime_type="image/jpeg"), NO_IMAGE, "not-an-image"
    ),
    "truncated JPEG": Case(lambda p: p.photo(half(JPEG)), NO_IMAGE, "truncated"),
    "truncated PNG": Case(
        lambda p: p.document(half(PNG), name="sign.png", mime_type="image/png"), NO_IMAGE, "truncated"
    ),
    "0-byte photo": Case(lambda p: p.photo(b""), "a photo without content", "empty"),
    "0-byte OGG": Case(lambda p: p.voice(b""), "a recording without content", "empty"),
    "truncated OGG": Case(lambda p: p.voice(half(OGG)), NO_RECORDING, "truncated"),
    "OGG cut in its header": Case(lambda p: p.voice(OGG[:60]), NO_RECORDING, "truncated"),
    "OGG that is text": Case(lambda p: p.voice(b"hello" * 99), NO_RECORDING, "not-sound"),
    "file over 20 MB": Case(lambda p: p.large_file(megabytes=25), "a photo as large as that", "too-large"),
    "recording over 20 MB": Case(lambda p: p.voice(b"", size=25 << 20), "a recording as large as that", "too-large"),
    "file larger than it says": Case(
        lambda p: p.document(bytes(20_500_000), name="big.png", mime_type="image/png", size=1000),
        "a photo as large as that",
        "too-large",
    ),
    "contact": Case(lambda p: p.contact(), "take in a contact", "unsupported"),
    "poll": Case(lambda p: p.poll(), "take in a poll", "unsupported"),
    "dice": Case(lambda p: p.dice(), "take in a dice roll", "unsupported"),
    "sticker": Case(lambda p: p.sticker(form="animated", emoji=None), "take in a sticker", "unsupported"),
    "video that is none": Case(lambda p: p.video(), "damaged or not a video", "not-video"),
    "location": Case(lambda p: p.location(), "take in a location", "unsupported"),
    "truncated PDF": Case(
        lambda p: p.document(b"%PDF-1.4", name="bill.pdf", mime_type="application/pdf"), "it is damaged", "truncated"
    ),
    "document": Case(
        lambda p: p.document(b"PK", name="all.zip", mime_type="application/zip"),
        "take in a file of this kind",
        "unsupported",
    ),
}


@dataclass(frozen=True, slots=True)
class Life:
    """The process that all cases share, and where it keeps its data."""

    emulator: Emulator
    bot: BotProcess
    database: Path

    async def answer(self, person: Person) -> str:
        text = (await self.emulator.next_message(person, within=PATIENCE)).text
        assert not LEAKS.search(text), f"an exception's text reached the chat: {text}"
        return text

    def ask(self, query: str, *values: object) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    def is_done(self, posted: Posted) -> bool:
        return self.ask("SELECT state FROM inbox WHERE key = ?", _key(posted)) == [("done",)]

    def codes(self, posted: Posted) -> set[str]:
        """What is kept of what went wrong: by the steps of the trace, and by parts that were not taken in."""
        ((steps,),) = self.ask(STEPS, _key(posted))
        parts = self.ask(REASONS, _key(posted))
        told = [step for step in json.loads(steps) if step["name"] in {"tell", "guard"}]
        assert told and told[0]["output"], "the trace holds the answer"
        return {step["error"] for step in json.loads(steps)} | {reason for (reason,) in parts}


def _key(posted: Posted) -> str:
    """What the inbox knows a message by."""
    return f"{posted.chat}/{posted.message_id}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Life]:
    folder = tmp_path_factory.mktemp("bad-input")
    async with Emulator() as emulator, BotProcess(emulator, folder, PARLEY_PROFILE="scripted") as bot:
        yield Life(emulator, bot, folder / "data" / "parley.db")
        assert emulator.violations == []
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output


@pytest.mark.parametrize("name", CASES)
async def test_bad_input_gets_a_clear_answer_a_trace_and_harms_nothing_after_it(life: Life, name: str) -> None:
    case, ada = CASES[name], life.emulator.user()
    posted = await case.send(ada)
    said = await life.answer(ada)
    assert re.search(case.says, said, re.DOTALL)
    assert len(said) <= LONGEST
    await until(lambda: life.is_done(posted), within=PATIENCE)
    assert case.why in life.codes(posted)

    await ada.text("Are you still there?")
    assert "Are you still there?" in await life.answer(ada)


async def test_bad_input_is_answered_in_the_language_of_its_sender(life: Life) -> None:
    li = life.emulator.user(id=3001, username="li", locale="zh-hans", first_name="丽")
    for name, says in (
        ("truncated JPEG", "照片"),
        ("truncated OGG", "录音"),
        ("poll", "投票"),
        ("blank message", "空"),
    ):
        await CASES[name].send(li)
        assert says in await life.answer(li), name


WRONG_SETTINGS = [
    ("run", "PARLEY_PROFILE", "embeded", "no profile is named 'embeded'; did you mean embedded?"),
    ("run", "PARLEY_LLM", "lamacpp:Qwen/x", "did you mean llamacpp?"),
    ("run", "PARLEY_ASR", "faster-whisper:Systran/faster-whisper-base?device=cuda", "this machine has auto, cpu"),
    ("chat", "PARLEY_LLM", "llamacpp:./absent.gguf", "./absent.gguf is not there; name a file or folder that exists"),
    ("chat", "PARLEY_API_KEYS", "https://api.example.com=sesame", "without https://"),
]


@pytest.mark.parametrize(("command", "name", "value", "said"), WRONG_SETTINGS)
async def test_a_model_that_cannot_be_had_as_named_keeps_the_process_from_starting(
    tmp_path: Path, command: str, name: str, value: str, said: str
) -> None:
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("PARLEY_", "TELEGRAM_"))}
    hidden = {"CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(ROOT), "PARLEY_HTTP_PORT": "0", name: value}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", command, cwd=tmp_path, env=kept | hidden,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(PATIENCE):
        out, told = await process.communicate()
    assert process.returncode == 2
    assert out == b""
    (line,) = told.decode().splitlines()
    assert line.startswith(f"{name}: ")
    assert said in line
    assert "sesame" not in line
    assert names(tmp_path) == []
