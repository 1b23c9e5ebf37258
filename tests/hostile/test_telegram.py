"""Everything hostile over Telegram, through one real process: everybody is answered in words, and it lives on.

The long lane sends the whole corpus, the default suite a share of it.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial

import pytest
import pytest_asyncio

from storage.columns import storable
from tests.emulator import Emulator, Person
from tests.hostile.corpus import Case, cases
from tests.hostile.lane import WHOLE
from tests.hostile.life import LEAKS, MEMORY, Life, memory, misworded
from tests.hostile.texts import NAMES, TEXTS
from tests.pictures import sign
from tests.process import ROOT, BotProcess

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.no_cover]

PATIENCE = 60.0  # seconds for everything somebody sends
PEOPLE = 12
SHARE = 1 if WHOLE else 3  # every third file of the corpus


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Life]:
    folder = tmp_path_factory.mktemp("hostile")
    async with Emulator() as emulator, BotProcess(emulator, folder, PARLEY_PROFILE="scripted") as bot:
        life = Life(emulator, bot, folder)
        yield life
        assert bot.running
        own, child = await memory(bot)
        print(f"\npeak memory: {own >> 20} MB, of its decoding children {child >> 20} MB")
        assert own < MEMORY
        assert emulator.violations == []
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output


async def send(person: Person, case: Case, number: int) -> None:
    """As people send such files: photos as files, recordings as voice notes, music and files by turns."""
    if case.sent_as == "photo":
        await person.document(case.data, name=case.file, mime_type="image/jpeg")
    elif number % 3 == 0:
        await person.document(case.data, name=case.file, mime_type="audio/ogg")
    elif number % 3 == 1:
        await person.audio(case.data, name=case.file)
    else:
        await person.voice(case.data)


async def test_every_file_is_answered_in_words(life: Life) -> None:
    people = life.gather(PEOPLE, 5_000)
    shares = [cases()[::SHARE][n::PEOPLE] for n in range(PEOPLE)]
    answers = await asyncio.gather(
        *(
            life.answers([partial(send, person, case, n) for n, case in enumerate(share)], person, PATIENCE)
            for person, share in zip(people, shares, strict=True)
        )
    )
    for share, said in zip(shares, answers, strict=True):
        assert {case.file: text for case, text in zip(share, said, strict=True) if misworded(case, text)} == {}


@pytest.mark.parametrize("name", TEXTS)
async def test_every_text_is_answered_and_kept(life: Life, name: str) -> None:
    (person,) = life.gather(1, 6_000 + list(TEXTS).index(name))
    (said, *_) = await life.answers([partial(person.text, TEXTS[name])], person, PATIENCE)
    assert said and not LEAKS.search(said)
    assert sum(len(message.text) for message in life.emulator.sent(person)) < 8_000
    with closing(sqlite3.connect(f"file:{life.folder / 'data' / 'parley.db'}?mode=ro", uri=True)) as database:
        kept = database.execute(
            "SELECT parts.text FROM parts JOIN turns ON turns.id = turn_id WHERE sender_id = ?", (str(person.id),)
        ).fetchall()
    whole = storable(TEXTS[name])
    assert kept == ([(whole,)] if whole.strip() else [("message",)])


async def test_names_of_files_lead_nowhere(life: Life) -> None:
    (person,) = life.gather(1, 7_000)
    here = set(life.folder.rglob("*"))
    sent = [partial(person.document, sign(), name=name, mime_type="image/jpeg") for name in NAMES]
    said = await life.answers(sent, person, PATIENCE)
    assert len(said) == len(NAMES)
    assert not any(LEAKS.search(text) or "damaged" in text for text in said)
    new = {path for path in life.folder.rglob("*") if path.is_file()} - here
    assert all("media" in path.parts or path.name.startswith("parley.db") for path in new)
    output = life.bot.output
    assert "passwd" not in output and "X-Evil" not in output


async def test_what_was_kept_is_shown_and_exported_as_it_was(life: Life) -> None:
    environment = {"PARLEY_DATA_DIR": str(life.folder / "data"), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}

    async def log(*arguments: str) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "log", *arguments,
            cwd=life.folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, errors = await process.communicate()
        assert process.returncode == 0, errors
        return out

    exported = life.folder / "turns.jsonl"
    await log("export", "--output", str(exported))
    turns = [json.loads(line) for line in exported.read_bytes().splitlines()]
    texts = {part["text"] for turn in turns for part in turn["parts"] if part["kind"] == "text"}
    assert texts >= {storable(text) for text in TEXTS.values() if storable(text).strip()}
    assert all(turn["reply"] for turn in turns)
    listed = (await log("list", "--limit", "1000")).decode()
    assert not set(listed) & set("\x00\x1b\x07\x9b\u202e")
