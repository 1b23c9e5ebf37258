"""The world around the real process at fault: models missing, the disk full, the database held by somebody else."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from tests.emulator import Emulator, Person
from tests.pictures import sign
from tests.process import ROOT, BotProcess
from tests.sounds import voice
from tests.test_bad_input import LEAKS
from tests.waiting import until

pytestmark = pytest.mark.no_cover

PATIENCE = 30.0  # seconds for one answer on a busy machine
DELAYED = "cannot store anything at the moment"


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running
        assert running.violations == []


async def answer(emulator: Emulator, person: Person) -> str:
    text = (await emulator.next_message(person, within=PATIENCE)).text
    assert not LEAKS.search(text), f"an exception's text reached the chat: {text}"
    return text


def said(emulator: Emulator, person: Person) -> list[str]:
    return [message.text for message in emulator.sent(person)]


def states(folder: Path) -> set[str]:
    with closing(sqlite3.connect(f"file:{folder / 'data' / 'parley.db'}?mode=ro", uri=True)) as database:
        return {state for (state,) in database.execute("SELECT state FROM inbox")}


async def test_without_model_files_it_starts_says_how_to_fetch_them_and_answers_honestly(
    emulator: Emulator, tmp_path: Path
) -> None:
    (tmp_path / "models").mkdir()
    async with BotProcess(emulator, tmp_path, PARLEY_MODELS_DIR=str(tmp_path / "models")) as bot:
        ada = emulator.user()
        await ada.text("Hello?")
        assert "no language model is working here" in await answer(emulator, ada)
        await ada.photo(sign("SALE 50%"))
        seen = await answer(emulator, ada)
        assert "could not look at what it shows" in seen
        assert "SALE 50%" in seen, "the sense that needs no file still works"
        await ada.voice(voice("en-sign"))
        assert "could not listen" in await answer(emulator, ada)

        assert await bot.stop() == 0
        for role in ("asr", "caption", "llm"):
            line = next(line for line in bot.output.splitlines() if re.match(rf" +{role} ", line))
            assert "run `python -m bot models pull` to fetch it" in line
        assert "Traceback" not in bot.output


async def test_models_that_fail_to_load_do_not_keep_it_from_starting(emulator: Emulator, tmp_path: Path) -> None:
    failing = {f"PARLEY_{role}": "scripted:broken?fail=load" for role in ("LLM", "ASR", "CAPTION", "OCR", "VQA")}
    async with BotProcess(emulator, tmp_path, PARLEY_PROFILE="scripted", **failing) as bot:
        ada, li = emulator.user(), emulator.user(id=3001, username="li", locale="zh-hans", first_name="丽")
        await ada.text("Hello?")
        assert "no language model is working here" in await answer(emulator, ada)
        await ada.photo(sign(), caption="What does it say?")
        assert "model for that is not working" in await answer(emulator, ada)
        await ada.voice(voice("en-sign"))
        assert "speech model is not working" in await answer(emulator, ada)
        await li.text("你好吗？")
        assert "没有可用的语言模型" in await answer(emulator, li)

        await until(lambda: states(tmp_path) == {"done"}, within=PATIENCE)
        assert bot.output.count("failed: scripted to fail") == len(failing)
        assert "Traceback" not in bot.output


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """The database held by another connection, as a backup or an operator's shell would."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield
        holder.execute("ROLLBACK")


async def test_a_locked_database_delays_what_was_sent_and_loses_nothing(emulator: Emulator, tmp_path: Path) -> None:
    slow = "scripted:echo?seconds=1.5"
    async with BotProcess(emulator, tmp_path, PARLEY_PROFILE="scripted", PARLEY_LLM=slow, PARLEY_BACKOFF="0.2") as bot:
        ada, bob = emulator.user(), emulator.user(id=1002, username="bob", first_name="Bob")
        accepted = await ada.text("accepted before")
        await emulator.updates.confirmed(accepted.update_id, within=PATIENCE)
        with locked(tmp_path / "data" / "parley.db"):
            await ada.text("sent meanwhile")
            await bob.text("sent meanwhile")
            # Storage waits 4 s for a lock: long enough that two waits in a row fail, whichever change is in the first.
            await asyncio.sleep(10)
        await until(lambda: len(said(emulator, ada)) == 3 and len(said(emulator, bob)) == 2, within=PATIENCE)
        await until(lambda: states(tmp_path) == {"done"}, within=PATIENCE)

        notice, first, second = said(emulator, ada)
        assert DELAYED in notice
        assert (first, second) == ("You said: accepted before", "You said: sent meanwhile")
        assert DELAYED in said(emulator, bob)[0]
        assert said(emulator, bob)[1] == "You said: sent meanwhile"
        assert bot.running
        assert "Traceback" not in bot.output


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The data folder on a file system of 2 MB."""
    data = tmp_path / "data"
    data.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(data)], check=False)
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield data
    subprocess.run(["umount", "--lazy", str(data)], check=True)


def fill(path: Path) -> None:
    """Write until not one byte more fits."""
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            with suppress(OSError):
                while file.write(b"x" * size):
                    pass


async def test_a_full_disk_delays_what_was_sent_and_loses_nothing(
    emulator: Emulator, tmp_path: Path, small_disk: Path
) -> None:
    slow = "scripted:echo?seconds=1.5"
    async with BotProcess(emulator, tmp_path, PARLEY_PROFILE="scripted", PARLEY_LLM=slow, PARLEY_BACKOFF="0.2") as bot:
        ada, li = emulator.user(), emulator.user(id=3001, username="li", locale="zh-hans", first_name="丽")
        accepted = await ada.text("accepted before")
        await emulator.updates.confirmed(accepted.update_id, within=PATIENCE)
        fill(small_disk / "filling")
        long = "sent meanwhile " + "x" * 2000
        await ada.text(long)
        await li.photo(sign())
        await until(lambda: bool(said(emulator, ada)) and bool(said(emulator, li)), within=PATIENCE)
        await asyncio.sleep(4)  # several tries meet the full disk
        assert [DELAYED in text for text in said(emulator, ada)] == [True], "told once, however often it is tried"
        assert ["无法保存数据" in text for text in said(emulator, li)] == [True]

        (small_disk / "filling").unlink()
        await until(lambda: len(said(emulator, ada)) == 3 and len(said(emulator, li)) == 2, within=PATIENCE)
        await until(lambda: states(tmp_path) == {"done"}, within=PATIENCE)
        assert said(emulator, ada)[1] == "You said: accepted before"
        assert said(emulator, ada)[2].startswith("You said: sent meanwhile")
        assert "SCRIPTED SIGN" in said(emulator, li)[1]
        assert bot.running
        assert "Traceback" not in bot.output
        assert await bot.stop() == 0


async def test_a_hundred_thousand_characters_are_answered_at_the_terminal_too(tmp_path: Path) -> None:
    environment = os.environ | {"PARLEY_PROFILE": "scripted", "PYTHONPATH": str(ROOT), "PARLEY_DATA_DIR": str(tmp_path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "chat", "--text", "x" * 100_000,
        cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0
    assert re.search(r"of 100000 characters I read \d+", said.decode())
    assert b"Traceback" not in complained
