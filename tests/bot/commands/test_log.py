"""``python -m bot log`` as an operator uses it."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from agents.values import Document, Observation, ObservationKind, Photo, Text, Turn, Unread, UnreadReason, Video
from bot.commands import log
from bot.logs import configure
from bot.settings import Settings
from storage.assembly import Storage, open_storage
from storage.media import key_of
from storage.ports import Rating
from tests.storage.makers import MORNING, Clock, answered, not_heard, photo_turn, seen, turn

ROOT = Path(__file__).parents[3]
EVIL = "\x1b]0;owned\x07\x1b[2J [bold red]loud[/] \x9b31m \u202eflip \ud800 :smile:"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    configure("error")
    yield Settings(_env_file=None, data_dir=tmp_path / "data")
    structlog.reset_defaults()


def fill(settings: Settings, work: Callable[[Storage, Clock], Coroutine[Any, Any, None]]) -> None:
    async def filled() -> None:
        clock = Clock()
        async with open_storage(settings.url, settings.media_dir, clock=clock) as kept:
            await work(kept, clock)

    asyncio.run(filled())


async def two_talks(kept: Storage, clock: Clock) -> None:
    talks = kept.conversations
    await talks.open("telegram", "7")
    await talks.open("terminal", "default")
    heard = await talks.hear("telegram", "7", photo_turn("what does it say?\nplease"), sender_id="u1")
    clock.move(seconds=2)
    await talks.answer(heard.turn, answered("It says EXIT.", seen(), not_heard()))
    clock.move(days=2)
    await talks.hear("terminal", "default", Turn((Text("hello"), Unread("poll", UnreadReason.UNSUPPORTED))))


def command(settings: Settings, *words: str) -> int:
    parser = argparse.ArgumentParser()
    log.register(parser.add_subparsers())
    args = parser.parse_args(["log", *words])
    return int(args.run(args, settings))


def test_conversations_are_listed_latest_first(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    fill(settings, two_talks)
    assert command(settings, "list") == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["conversation", "channel", "chat", "turns", "begun", "last", "turn"]
    assert rows[0].split() == "2 terminal default 1 2026-03-01 08:00:00+00:00 2026-03-03 08:00:02+00:00".split()
    assert rows[1].split() == "1 telegram 7 1 2026-03-01 08:00:00+00:00 2026-03-01 08:00:00+00:00".split()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--channel", "telegram"], ["1"]),
        (["--chat", "default"], ["2"]),
        (["--person", "Ada"], ["1"]),
        (["--person", "u1"], ["1"]),
        (["--since", "2026-03-02"], ["2"]),
        (["--until", "2026-03-01"], ["1"]),
        (["--until", "2026-03-01T08:00"], []),
        (["--since", "2026-03-01T10:00:00+02:00", "--until", "2026-03-01T08:00:01Z"], ["1"]),
        (["--limit", "1"], ["2"]),
    ],
)
def test_the_list_can_be_narrowed(
    words: list[str], shown: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, two_talks)
    assert command(settings, "list", *words) == 0
    assert re.findall(r"^(\d+) ", capsys.readouterr().out, re.MULTILINE) == shown


def test_a_conversation_is_shown_as_it_was(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    fill(settings, two_talks)
    assert command(settings, "show", "1") == 0
    (photo,) = (path for path in settings.media_dir.rglob("*") if path.is_file())
    assert capsys.readouterr().out.split("\n\n")[1].splitlines() == [
        "turn 1  2026-03-01 08:00:00+00:00  Ada (u1)",
        "  said      (quoted) before",
        f"  photo     {photo.absolute()}  image/jpeg",
        "  said      what does it say?",
        "            please",
        "  seen      0.90  EXIT  [text-in-image, rapidocr:PP-OCRv6, 0.20 s, box 1,2 4,4]",
        "  heard     (nothing)  [transcript, zh, faster-whisper:x, 1.50 s]",
        "  answer    It says EXIT.",
        "            2026-03-01 08:00:02+00:00  (the grounding guard spoke)",
    ]
    assert command(settings, "show", "2") == 0
    shown = capsys.readouterr().out
    assert "  unread    poll: unsupported\n  answer    (none yet)\n" in shown


def test_moods_are_kept_and_shown_as_such(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async def cheerful(kept: Storage, clock: Clock) -> None:
        heard = await kept.conversations.hear("telegram", "7", turn("wonderful!"))
        moods = [Observation(kind, "positive", 0.9, "vader:en", 0.01, 0) for kind in ObservationKind if kind.is_of_mood]
        await kept.conversations.answer(heard.turn, answered("Good.", *moods))

    fill(settings, cheerful)
    assert command(settings, "show", "1") == 0
    shown = capsys.readouterr().out
    assert "  mood      0.90  positive  [sentiment, vader:en, 0.01 s]" in shown
    assert "  mood      0.90  positive  [emotion, vader:en, 0.01 s]" in shown


async def rated(kept: Storage, clock: Clock) -> None:
    talks = kept.conversations
    parts = (Text("look", origin="News"), Video(b"video"), Document(b"a,b", "text/csv", "sums.csv", origin="Bob"))
    heard = await talks.hear("telegram", "7", Turn(parts, sender="Ada"), messages=["1", "2", "3"])
    read = Observation(ObservationKind.DOCUMENT_TEXT, "a,b", 1.0, "text", 0.01, 2)
    await talks.answer(heard.turn, answered("Sums.", read))
    await talks.rate("telegram", "7", heard.turn, Rating("u1", False, "wrong"))
    await talks.rate("telegram", "7", heard.turn, Rating("u2", True))
    again = await talks.hear("telegram", "7", turn("look again"), replaces=heard.turn)
    await talks.answer(again.turn, answered("An exit."))


def test_forwarded_files_ratings_and_what_stands_for_a_turn_are_shown(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, rated)
    assert command(settings, "show", "1") == 0
    video, document = (settings.media_dir.absolute() / key[:2] / key for key in map(key_of, (b"video", b"a,b")))
    assert capsys.readouterr().out.split("\n\n")[1].splitlines() == [
        "turn 1  2026-03-01 08:00:00+00:00  Ada",
        "  said      (forwarded from News) look",
        f"  video     {video}  video/mp4",
        f"  document  (forwarded from Bob) {document}  text/csv  sums.csv",
        "  read      1.00  a,b  [document-text, text, 0.01 s]",
        "  answer    Sums.",
        "            2026-03-01 08:00:00+00:00  (the grounding guard spoke)",
        "  rated     bad, wrong, by u1  2026-03-01 08:00:00+00:00",
        "  rated     good, by u2  2026-03-01 08:00:00+00:00",
        "  replaced  turn 2 stands for this one",
    ]


def test_ratings_are_exported(settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    fill(settings, rated)
    assert command(settings, "export") == 0
    exported = json.loads(capsysbinary.readouterr().out.splitlines()[0])
    assert exported["ratings"][0] == {
        "sender_id": "u1",
        "good": False,
        "reason": "wrong",
        "at": "2026-03-01T08:00:00+00:00",
    }
    assert (exported["parts"][2]["message"], exported["parts"][2]["origin"]) == ("3", "Bob")


def test_the_trace_is_shown_when_asked_for(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    fill(settings, two_talks)
    assert command(settings, "show", "1", "--trace") == 0
    assert capsys.readouterr().out.rstrip().splitlines()[-6:] == [
        "  decision  captioner: use, since there is a photo",
        "  step      route, at 0.00 s, took 0.01 s",
        "  step      llm, at 0.10 s, took 2.00 s, llamacpp:x, confidence 0.50, tokens 100 in, 20 out, "
        "error model-late, tries=2",
        "            in: prompt",
        "            out: It says EXIT.",
        "  took      2.10 s",
    ]


def test_what_people_sent_commands_no_terminal(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    async def evil(kept: Storage, clock: Clock) -> None:
        said = Turn((Text(EVIL), Photo(b"x", EVIL)), sender=EVIL + "\nturn 99")
        heard = await kept.conversations.hear(EVIL, EVIL, said, sender_id=EVIL)
        await kept.conversations.answer(heard.turn, answered(EVIL, seen(EVIL), detail=EVIL))

    fill(settings, evil)
    for words in (["list"], ["show", "1", "--trace"], ["export"]):
        assert command(settings, *words) == 0
        out = capsys.readouterr().out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", out)
        assert "[bold red]loud[/]" in out
        assert ":smile:" in out
        assert "\nturn 99" not in out


def test_export_tells_all_of_every_turn(settings: Settings, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    fill(settings, two_talks)
    assert command(settings, "export") == 0
    first, second = (json.loads(line) for line in capsysbinary.readouterr().out.splitlines())
    (photo,) = (path for path in settings.media_dir.rglob("*") if path.is_file())
    assert first["parts"][1]["path"] == str(photo.absolute())
    assert photo.name == first["parts"][1]["media"]
    assert (first["channel"], first["chat"], first["sender_id"], first["sender"]) == ("telegram", "7", "u1", "Ada")
    assert first["received_at"] == MORNING.isoformat()
    assert first["observations"][0]["text"] == "EXIT"
    assert first["observations"][0]["place"] == {"left": 1.0, "top": 2.0, "right": 3.5, "bottom": 4.0}
    assert first["observations"][1]["outcome"] == "nothing"
    assert first["reply"] == {
        "text": "It says EXIT.",
        "language": "en",
        "rests_on": [0, 1],
        "guarded": True,
        "stopped": False,
    }
    assert first["trace"]["route"][0]["choice"] == "use"
    assert first["trace"]["steps"][1]["facts"] == {"tries": "2"}
    assert second["parts"][1] == {
        "kind": "unread", "text": "poll", "media": None, "media_type": None, "reason": "unsupported", "quoted": False,
        "origin": None, "message": None, "path": None,
    }  # fmt: skip
    assert (second["reply"], second["answered_at"], second["trace"]) == (None, None, None)


def test_export_into_a_file_is_private_whole_and_filtered(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, two_talks)
    target = tmp_path / "turns.jsonl"
    assert command(settings, "export", "--person", "Ada", "--output", str(target)) == 0
    assert len(target.read_bytes().splitlines()) == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert command(settings, "export", "--output", str(tmp_path / "absent" / "x")) == 1
    assert command(settings, "export", "--output", str(tmp_path)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == "1 turns exported."
    assert err.splitlines()[1].endswith("No such file or directory")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "turns.jsonl"]


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--since", "yesterday"],
        ["list", "--until", "2026-13-01"],
        ["export", "--since", "9999-12-31T23:59:59-12:00"],
        ["export", "--until", "9999-12-31"],
        ["list", "--limit", "0"],
        ["show", "3"],
        ["show", "0"],
        ["show", "99999999999999999999"],
    ],
)
def test_bad_usage_is_told_in_one_line(
    words: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(settings, two_talks)
    assert command(settings, *words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_reading_before_anything_was_said_makes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(settings, "list") == 1
    assert "PARLEY_DATA_DIR" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_long_export_streams_in_bounded_memory(settings: Settings) -> None:
    """The exporting process needs no more memory for 20,000 turns than for 1,000, but for noise."""

    async def speak(kept: Storage, clock: Clock) -> None:
        for n in range(200):
            heard = await kept.conversations.hear("telegram", "7", turn(f"question {n}"))
            await kept.conversations.answer(heard.turn, answered(f"answer {n}", seen()))

    fill(settings, speak)
    multiply(settings, 4)
    lines, few = exported(settings)
    assert lines == 1_000
    multiply(settings, 19)
    lines, many = exported(settings)
    assert lines == 20_000
    assert many < few * 1.25


def multiply(settings: Settings, times: int) -> None:
    """Copy all turns with what belongs to them, by SQL, since speaking so many would take minutes."""
    connection = sqlite3.connect(settings.data_dir / "parley.db")
    with connection:
        (last,) = connection.execute("SELECT max(id) FROM turns").fetchone()
        for n in range(1, times + 1):
            more = n * last
            for table, key in (
                ("turns", "id"), ("parts", "turn_id"), ("observations", "turn_id"), ("replies", "turn_id"),
                ("traces", "turn_id"),
            ):  # fmt: skip
                info = connection.execute(f"PRAGMA table_info({table})")
                columns = [row[1] for row in info if row[1] == key or row[1] != "id"]
                chosen = [f"{key} + {more}" if column == key else column for column in columns]
                connection.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - names from above
                    f"SELECT {', '.join(chosen)} FROM {table} WHERE {key} <= {last}"
                )
    connection.close()


EXPORT = """
import argparse, resource, sys
from pathlib import Path
from bot.commands import log
from bot.settings import Settings
parser = argparse.ArgumentParser()
log.register(parser.add_subparsers())
args = parser.parse_args(["log", "export"])
status = args.run(args, Settings(_env_file=None, data_dir=Path(sys.argv[1])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(status)
"""


def exported(settings: Settings) -> tuple[int, int]:
    """Lines exported, and the peak resident memory of the process that did, in kilobytes."""
    exporting = [sys.executable, "-c", EXPORT, str(settings.data_dir)]
    with subprocess.Popen(exporting, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        lines = sum(1 for _ in process.stdout)
        peak = int(process.stderr.read())
    assert process.returncode == 0
    return lines, peak


def test_a_reader_that_stops_early_is_no_failure(settings: Settings) -> None:
    fill(settings, two_talks)
    multiply(settings, 2000)
    exporting = [sys.executable, "-c", EXPORT, str(settings.data_dir)]
    with subprocess.Popen(exporting, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
    assert process.returncode == 0
    assert b"Error" not in err
