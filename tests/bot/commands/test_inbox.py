"""Dead letters are listed safely and get a second chance."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.cli import main
from storage.assembly import open_storage
from storage.ports import Arrival

Captured = pytest.CaptureFixture[str]


def bury(data: Path, chat: str) -> None:
    data.mkdir()

    async def work() -> None:
        async with open_storage(f"sqlite:///{data / 'parley.db'}", data / "media") as kept:
            (row,) = await kept.inbox.accept([Arrival("telegram", chat, "key", "{}")])
            assert row is not None
            await kept.inbox.start(row.id)
            await kept.inbox.bury(row.id, "no-answer")

    asyncio.run(work())


def test_a_dead_letter_is_one_line_that_a_terminal_does_not_obey(scripted: Path, capsys: Captured) -> None:
    bury(scripted, "5\x1b[31m\n6\t7")
    capsys.readouterr()
    assert main(["inbox", "dead"]) == 0
    out = capsys.readouterr().out
    assert out.split("\t")[0] == "1"
    assert out.split("\t")[3:] == ["5\ufffd[31m 6 7", "1 tries", "no-answer\n"]


def test_a_dead_letter_is_revived_once(scripted: Path, capsys: Captured) -> None:
    bury(scripted, "5")
    assert main(["inbox", "retry", "1"]) == 0
    assert main(["inbox", "retry", "1"]) == 1
    assert main(["inbox", "retry", "99999999999999999999"]) == 1
    assert capsys.readouterr().err.count("There is no dead letter") == 2
    assert main(["inbox", "dead"]) == 0
    assert capsys.readouterr() == ("", "No dead letters.\n")


def test_looking_at_an_empty_folder_leaves_it_empty(scripted: Path, capsys: Captured) -> None:
    assert main(["inbox", "dead"]) == 1
    assert "no database" in capsys.readouterr().err
    assert not scripted.exists()
