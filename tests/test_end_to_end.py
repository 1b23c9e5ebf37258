"""The real process on the embedded models, over Telegram: what a person sends, gets, and what is kept of it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.emulator import Emulator, Person
from tests.pictures import CHINESE_MENU, menu, sign
from tests.process import BotProcess
from tests.waiting import until

pytestmark = [pytest.mark.embedded, pytest.mark.no_cover, pytest.mark.timeout(240)]

VOICES = Path(__file__).parent / "data" / "voices"
PATIENCE = 60.0  # seconds for one answer on a busy machine


async def answer(emulator: Emulator, person: Person) -> str:
    return (await emulator.next_message(person, within=PATIENCE)).text


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with Emulator() as running:
        yield running
        assert running.violations == []


@pytest.fixture
async def bot(emulator: Emulator, tmp_path: Path) -> AsyncIterator[BotProcess]:
    async with BotProcess(emulator, tmp_path) as process:
        yield process
        if process.running:
            assert await process.stop() == 0


async def test_text_photos_and_voices_are_answered_and_kept(
    emulator: Emulator, bot: BotProcess, tmp_path: Path
) -> None:
    ada = emulator.user()

    await ada.text("Hello, what can you do?")
    assert await answer(emulator, ada)

    posted = await ada.photo(sign("SALE 50%"))
    assert "SALE 50%" in await answer(emulator, ada)

    await ada.photo(menu(), caption="How much are the noodles?")
    assert "28" in await answer(emulator, ada)

    await ada.voice((VOICES / "en-train.ogg").read_bytes())
    heard = await answer(emulator, ada)
    assert "I heard (English)" in heard
    assert "train" in heard

    await ada.voice((VOICES / "en-sign.ogg").read_bytes(), reply_to=posted)
    fused = await answer(emulator, ada)
    assert "sign say" in fused, "the transcript is shown"
    assert "SALE 50%" in fused, "and answered from the photo"

    assert "typing" in emulator.actions(ada)
    assert await bot.stop() == 0
    assert_kept(tmp_path / "data", turns=5, photos=3, voices=2)


@pytest.mark.long  # the same in one process: tests/agents/test_embedded.py
async def test_chinese_questions_are_answered_in_chinese(emulator: Emulator, bot: BotProcess) -> None:
    li = emulator.user(id=3001, username="li", locale="zh-hans", first_name="丽")
    await li.photo(menu(CHINESE_MENU), caption="牛肉面多少钱？")
    assert "28" in await answer(emulator, li)
    await li.photo(menu(CHINESE_MENU), caption="图里有几个人？")
    unseen = await answer(emulator, li)
    assert "PARLEY_VQA" in unseen, "it says how to get a model that can tell"


@pytest.mark.long  # remembering in one process: the same file; what outlives kills: tests/bot/test_kill.py
async def test_a_name_and_a_city_are_remembered_after_a_kill(
    emulator: Emulator, bot: BotProcess, tmp_path: Path
) -> None:
    ada, li = emulator.user(), emulator.user(id=3001, username="li", locale="zh-hans", first_name="丽")
    await ada.text("My name is Tessa and I live in Lisbon.")
    await li.text("我叫小明，我住在成都。")
    assert await answer(emulator, ada)
    assert await answer(emulator, li)

    # A kill before the answer is noted would bring it a second time; that is test_kill's matter.
    await until(lambda: done(tmp_path / "data") == 2, within=5)
    await bot.kill()
    await bot.start()

    await ada.text("What is my name and which city do I live in?")
    recalled = await answer(emulator, ada)
    assert "Tessa" in recalled
    assert "Lisbon" in recalled
    await li.text("我叫什么名字？我住在哪个城市？")
    recalled = await answer(emulator, li)
    assert "小明" in recalled
    assert "成都" in recalled


def done(data: Path) -> int:
    """Rows of the inbox that are done."""
    with closing(sqlite3.connect(f"file:{data / 'parley.db'}?mode=ro", uri=True)) as database:
        (number,) = database.execute("SELECT count(*) FROM inbox WHERE state = 'done'").fetchone()
        return int(number)


def assert_kept(data: Path, *, turns: int, photos: int, voices: int) -> None:
    assert done(data) == turns
    with closing(sqlite3.connect(f"file:{data / 'parley.db'}?mode=ro", uri=True)) as database:

        def count(query: str) -> int:
            (number,) = database.execute(query).fetchone()
            return int(number)

        assert count("SELECT count(*) FROM turns") == turns
        assert count("SELECT count(*) FROM replies") == turns
        assert count("SELECT count(*) FROM traces") == turns
        assert count("SELECT count(*) FROM parts WHERE kind = 'photo'") == photos
        assert count("SELECT count(*) FROM parts WHERE kind = 'voice'") == voices
        assert count("SELECT count(*) FROM observations WHERE kind = 'transcript' AND outcome = 'perceived'") == voices
        assert count("SELECT count(*) FROM observations WHERE kind = 'text-in-image'") >= photos
        keys = {key for (key,) in database.execute("SELECT key FROM media")}
    assert len(keys) == photos + voices - 1, "the photo that was replied to is kept once"
    assert all((data / "media" / key[:2] / key).is_file() for key in keys)
